# Rtsne's Barnes-Hut t-SNE as a peer: Rscript Rtsne.R DATA ROWS COLUMNS THREADS ITERATIONS
#
# DATA holds ROWS * COLUMNS float32 numbers, row-major; they are taken as they are, perplexity 30. Prints one line of JSON: seconds by the
# clock and of the processor, the divergence it ended with, and versions. Status 3 says that Rtsne is not installed.
if (!suppressWarnings(suppressMessages(require(Rtsne, quietly = TRUE)))) quit(status = 3)

given <- commandArgs(trailingOnly = TRUE)
rows <- as.integer(given[2])
columns <- as.integer(given[3])
x <- matrix(readBin(given[1], "numeric", rows * columns, size = 4), rows, columns, byrow = TRUE)
begun <- proc.time()
found <- Rtsne(
  x, perplexity = 30, max_iter = as.integer(given[5]), num_threads = as.integer(given[4]),
  pca = FALSE, check_duplicates = FALSE
)
took <- proc.time() - begun
cat(sprintf(
  '{"seconds": %f, "cpu": %f, "klDivergence": %f, "versions": {"R": "%s.%s", "Rtsne": "%s"}}\n',
  took[["elapsed"]], took[["user.self"]] + took[["sys.self"]], sum(found$costs), R.version$major, R.version$minor,
  packageVersion("Rtsne")
))
