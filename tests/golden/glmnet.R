# Writes glmnet.csv beside it: what glmnet finds on the project's own data, solved far beyond its printed digits.
# Run from the project's root: Rscript tests/golden/glmnet.R
library(glmnet)
rows <- NULL
keep <- function(case, quantity, values, at) {
  rows <<- rbind(rows, data.frame(case, quantity, index = at - 1, value = sprintf("%.10g", values[at])))
}
path <- function(case, fit, y = NULL) {
  at <- unique(c(1, 2, 5, seq(10, length(fit$lambda), by = 10), length(fit$lambda)))
  keep(case, "lambda", fit$lambda, at)
  betas <- if (is.list(fit$beta)) fit$beta else list(fit$beta)
  for (k in seq_along(betas)) {
    beta <- as.matrix(betas[[k]])
    for (j in rownames(beta)) keep(case, paste("coef", k - 1, j), beta[j, ], at)
  }
  a0 <- if (is.list(fit$beta)) fit$a0 else t(fit$a0)
  for (k in seq_along(betas)) keep(case, paste("intercept", k - 1), a0[k, ], at)
  keep(case, "explained", fit$dev.ratio, at)
  keep(case, "n_points", length(fit$lambda), 1)
}
cross <- function(case, x, y, fit, folds, ...) {
  cv <- cv.glmnet(x, y, foldid = (seq_len(nrow(x)) - 1) %% folds + 1, lambda = fit$lambda, thresh = 1e-14, ...)
  at <- seq(1, length(cv$lambda), by = 8)
  keep(case, "cv_mean", cv$cvm, at)
  keep(case, "cv_se", cv$cvsd, at)
}
design <- function(file, target) {
  d <- read.csv(file.path("data", file))
  list(x = as.matrix(d[names(d) != target]), y = d[[target]])
}
sd1n <- function(y, w = rep(1, length(y))) { m <- weighted.mean(y, w); sqrt(weighted.mean((y - m)^2, w)) }

d <- design("diabetes.csv", "progression")
w <- rep(1:4, length.out = nrow(d$x)) / 2
lasso <- glmnet(d$x, d$y, thresh = 1e-14)
path("lasso", lasso)
cross("lasso", d$x, d$y, lasso, 5)
# glmnet divides y by its standard deviation, which only the ridge part notices: it is given a target whose own is one
path("elasticnet", glmnet(d$x, d$y / sd1n(d$y), alpha = 0.3, thresh = 1e-14))
path("weights", glmnet(d$x, d$y, weights = w, thresh = 1e-14))
path("raw", glmnet(d$x, d$y, standardize = FALSE, intercept = FALSE, thresh = 1e-14))
path("factors", glmnet(d$x, d$y, penalty.factor = c(2, 0.5, rep(1, 8)), thresh = 1e-14))
path("positive", glmnet(d$x, d$y, lower.limits = 0, thresh = 1e-14))
b <- design("breast_cancer.csv", "diagnosis")
logistic <- glmnet(b$x, b$y, family = "binomial", alpha = 0.5, thresh = 1e-16, lambda.min.ratio = 0.01, nlambda = 30)
path("logistic", logistic)
for (measure in c("class", "auc", "mse")) {
  cross(paste("logistic", measure), b$x, b$y, logistic, 5, family = "binomial", alpha = 0.5, type.measure = measure)
}
v <- design("wine.csv", "cultivar")
path("multinomial", glmnet(v$x, v$y, family = "multinomial", thresh = 1e-15, lambda.min.ratio = 0.01, nlambda = 30))
write.csv(rows, "tests/golden/glmnet.csv", row.names = FALSE, quote = FALSE)
