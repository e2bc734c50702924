# uwot's UMAP as a peer: Rscript uwot.R DATA ROWS COLUMNS THREADS MAP
#
# DATA holds ROWS * COLUMNS float32 numbers, row-major. All else are the defaults. Writes the map to MAP, [ROWS, 2] float32, and prints one
# line of JSON: seconds by the clock and of the processor, and versions. Status 3 says that uwot is not installed.
if (!suppressWarnings(suppressMessages(require(uwot, quietly = TRUE)))) quit(status = 3)

given <- commandArgs(trailingOnly = TRUE)
rows <- as.integer(given[2])
columns <- as.integer(given[3])
threads <- as.integer(given[4])
x <- matrix(readBin(given[1], "numeric", rows * columns, size = 4), rows, columns, byrow = TRUE)
begun <- proc.time()
map <- umap(x, n_threads = threads, n_sgd_threads = threads)
took <- proc.time() - begun
writeBin(as.numeric(t(map)), given[5], size = 4)
cat(sprintf(
  '{"seconds": %f, "cpu": %f, "versions": {"R": "%s.%s", "uwot": "%s"}}\n',
  took[["elapsed"]], took[["user.self"]] + took[["sys.self"]], R.version$major, R.version$minor, packageVersion("uwot")
))
