# umap.json: the fuzzy graph of neighbors of 60 rows, and curves for distances on a map, by uwot.
#
# Rows [60, 5] come from the generator. Of the graph every pair is there once, its first row before its second, rows counted from 0.
# uwot's widths stop where the sum of memberships is within 1e-5 of what it is to be; its curves are nls() of R.
#
#   Rscript umap.R > umap.json
suppressMessages(library(uwot))

ROWS <- 60
COLUMNS <- 5
SEED <- 5

state <- SEED
draw <- function() {
  state <<- (1664525 * state + 1013904223) %% 2^32
  -2 + 4 * (state %/% 2^8) / 2^24
}
x <- matrix(replicate(ROWS * COLUMNS, draw()), ROWS, COLUMNS, byrow = TRUE)

number <- function(value) trimws(formatC(value, digits = 7, format = "g"))
list_of <- function(values) paste0("[", paste(values, collapse = ", "), "]")

graph <- function(n_neighbors) {
  fit <- umap(x, n_neighbors = n_neighbors, n_epochs = 0, init = "rand", nn_method = "fnn", ret_extra = "fgraph")
  edges <- Matrix::summary(fit$fgraph)
  edges <- edges[edges$i < edges$j, ]
  edges <- edges[order(edges$i, edges$j), ]
  sprintf(
    '{ "nNeighbors": %d, "first": %s, "second": %s, "weights": %s }',
    n_neighbors, list_of(edges$i - 1), list_of(edges$j - 1), list_of(number(edges$x))
  )
}

curve <- function(min_dist, spread) {
  ab <- uwot:::find_ab_params(spread = spread, min_dist = min_dist)
  sprintf('{ "minDist": %s, "spread": %s, "a": %s, "b": %s }', min_dist, spread, number(ab[["a"]]), number(ab[["b"]]))
}

cat(sprintf(
  '{\n  "versions": { "R": "%s", "uwot": "%s" },\n  "seed": %d,\n  "inputs": [{ "name": "x", "shape": [%d, %d], "low": -2, "high": 2 }],\n  "graphs": [\n    %s\n  ],\n  "curves": [\n    %s\n  ]\n}\n',
  paste(R.version$major, R.version$minor, sep = "."), packageVersion("uwot"), SEED, ROWS, COLUMNS,
  paste(sapply(c(5, 15), graph), collapse = ",\n    "),
  paste(mapply(curve, c(0.1, 0.001, 0.5, 0.3, 1), c(1, 1, 1, 2, 1)), collapse = ",\n    ")
))
