# A user's script: read, then cv.glmnet. Rscript glmnet.R FILE L1_RATIO FOLDS MIN_RATIO
suppressPackageStartupMessages(library(glmnet))
arguments <- commandArgs(trailingOnly = TRUE)
fast <- requireNamespace("data.table", quietly = TRUE)
table <- if (fast) data.table::fread(arguments[1], data.table = FALSE) else read.csv(arguments[1])
X <- as.matrix(table[, names(table) != "y"])
fit <- cv.glmnet(X, table$y, alpha = as.numeric(arguments[2]), nfolds = as.integer(arguments[3]),
                 lambda.min.ratio = as.numeric(arguments[4]))
write.csv(as.matrix(coef(fit, s = "lambda.min")), "coefficients.csv")
cat(fit$lambda.min, if (fast) "fread" else "read.csv", "\n")
