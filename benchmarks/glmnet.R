# cv.glmnet at a task: Rscript glmnet.R FOLDER OUT, or Rscript glmnet.R idle. Data are in memory before the clock starts.
suppressPackageStartupMessages(library(glmnet))

# imports and compiled code, once, before the clock: every program gets this
warm <- matrix(rnorm(400), 100)
invisible(cv.glmnet(warm, rnorm(100), nfolds = 3))

arguments <- commandArgs(trailingOnly = TRUE)
if (arguments[1] == "idle") quit(status = 0)
folder <- arguments[1]
numbers <- function(name, what, size) {
  path <- file.path(folder, paste0(name, ".bin"))
  readBin(path, what, n = file.info(path)$size / size)
}
words <- strsplit(readLines(file.path(folder, "case.txt")), " ")[[1]]
n <- as.integer(words[1]); p <- as.integer(words[2]); alpha <- as.numeric(words[4]); count <- as.integer(words[5])
family <- c(squared = "gaussian", logistic = "binomial", multinomial = "multinomial")[[words[3]]]
if (words[7] == "1") {
  X <- new("dgCMatrix", i = numbers("indices", "integer", 4), p = numbers("indptr", "integer", 4),
           x = numbers("data", "double", 8), Dim = c(n, p))
} else {
  X <- numbers("X", "double", 8)
  dim(X) <- c(n, p)
}
y <- numbers("y", "double", 8)
if (family != "gaussian") y <- factor(y)
foldid <- numbers("fold", "integer", 4) + 1L
lambda <- numbers("lambdas", "double", 8)[seq_len(count)]
measure <- if (family == "gaussian") "mse" else "deviance"

start <- proc.time()[["elapsed"]]
fit <- cv.glmnet(X, y, lambda = lambda, foldid = foldid, family = family, alpha = alpha, type.measure = measure)
seconds <- proc.time()[["elapsed"]] - start

path <- fit$glmnet.fit
beta <- if (is.list(path$beta)) path$beta else list(path$beta)
a0 <- if (is.matrix(path$a0)) path$a0 else matrix(path$a0, 1)
out <- arguments[2]
put <- function(name, values) writeBin(as.numeric(values), file.path(out, paste0(name, ".bin")))
put("intercept", a0)                      # (K, L), column by column
put("fitted", path$lambda)
put("coef", unlist(lapply(beta, as.matrix)))  # (p, L) of every class, column by column
writeLines(c(format(seconds, digits = 8), format(fit$lambda.min, digits = 17),
             as.character(packageVersion("glmnet")), as.character(getRversion())), file.path(out, "facts.txt"))
