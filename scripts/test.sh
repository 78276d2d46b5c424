#!/usr/bin/env bash
# Vets and tests every module of the project that is shipped: the product and
# the example. With the race detector where a C compiler works.
set -euo pipefail
cd "$(dirname "$0")/.."

race=()
if echo 'int main(void) { return 0; }' | ${CC:-cc} -x c -o /dev/null - 2>/dev/null; then
	export CGO_ENABLED=1
	race=(-race)
	echo "== a C compiler works: testing with the race detector"
else
	export CGO_ENABLED=0
	echo "== no C compiler works: testing without the race detector"
fi

status=0
for module in . examples/colours; do
	name=$(cd "$module" && go list -m)
	echo "== $name: reading its dependencies (the first time, they are downloaded)"
	(cd "$module" && go mod download)
	echo "== $name: go vet (the first time, everything is compiled: minutes)"
	(cd "$module" && go vet ./...) || status=1
	echo "== $name: go test ${race[*]-} (starts private database servers)"
	(cd "$module" && go test "${race[@]}" -timeout "${TEST_TIMEOUT:-20m}" ./...) || status=1
done
if [ $status -ne 0 ]; then echo "== something failed: see above" >&2; fi
exit $status
