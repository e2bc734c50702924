#!/usr/bin/env bash
# A table at a shell: a picture of it, its groups, its most unusual rows.
#
#   npm install --global unlabeled
#   bash analyst.sh
#
set -euo pipefail

# A table: 200 orders from three kinds of shops, and one order (line 102) that is like none of them.
awk 'BEGIN {
  srand(1); print "order,items,weight,price,days"
  for (i = 1; i <= 200; i++) {
    kind = i % 3; items = 2 + 6 * kind + 2 * rand()
    weight = items * (3 - kind) + rand(); price = items * (4 + 5 * kind) + 3 * rand(); days = 2 + 2 * kind + rand()
    if (i == 101) { weight = 40; price = 10 }
    printf "A%03d,%.2f,%.2f,%.2f,%.2f\n", i, items, weight, price, days
  }
}' > orders.csv

echo "A map, on which similar orders lie together: orders.svg"
unlabeled embed orders.csv --method pca --picture orders.svg -o places.csv --quiet > /dev/null

echo "Groups, and -1 for orders that are in none:"
unlabeled cluster orders.csv --clusters 3 --seed 1 -o groups.csv --quiet > /dev/null
cut -d, -f6 groups.csv | tail -n +2 | sort | uniq -c

echo "The most unusual orders, with their scores:"
unlabeled score orders.csv --quiet | tail -n +2 | sort -t, -k6 -gr | sed -n 1,3p
