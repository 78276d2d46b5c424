#!/usr/bin/env bash
# gofmt, go vet, staticcheck and govulncheck over the product and the example.
# With a name (gofmt, vet, staticcheck, govulncheck), only that one.
set -euo pipefail
cd "$(dirname "$0")/.."
modules=(. examples/colours)
tools=$PWD/bin/tools

# tool NAME PACKAGE: builds a linter, pinned by internal/tools/go.mod.
tool() {
	echo "== building $1 (the first time, half a minute)"
	mkdir -p "$tools"
	(cd internal/tools && CGO_ENABLED=0 go build -o "$tools/$1" "$2")
}

lint_gofmt() {
	local unformatted
	echo "== gofmt"
	unformatted=$(git ls-files -z --cached --others --exclude-standard -- '*.go' | xargs -0 -r gofmt -l)
	if [ -n "$unformatted" ]; then
		echo "these files are not as gofmt writes them; type: gofmt -w FILE"
		echo "$unformatted"
		return 1
	fi
}

lint_vet() {
	local module
	for module in "${modules[@]}"; do
		echo "== go vet in $module"
		(cd "$module" && go vet ./...) || return 1
	done
}

lint_staticcheck() {
	local module
	tool staticcheck honnef.co/go/tools/cmd/staticcheck || return 1
	for module in "${modules[@]}"; do
		echo "== staticcheck in $module"
		(cd "$module" && "$tools/staticcheck" ./...) || return 1
	done
}

lint_govulncheck() {
	local module out status
	tool govulncheck golang.org/x/vuln/cmd/govulncheck || return 1
	for module in "${modules[@]}"; do
		echo "== govulncheck in $module"
		status=0
		out=$(cd "$module" && "$tools/govulncheck" ./... 2>&1) || status=$?
		case $status:$out in
		0:*) echo "$out" ;;
		*"fetching vulnerabilities"*)
			echo "NOT RUN: govulncheck in $module, because its database could not be had from here:"
			echo "$out" | sed 's/^/    /'
			;;
		*)
			echo "$out"
			return 1
			;;
		esac
	done
}

status=0
for linter in "${@:-gofmt vet staticcheck govulncheck}"; do
	for name in $linter; do
		"lint_$name" || { echo "== $name found something: see above" >&2; status=1; }
	done
done
exit $status
