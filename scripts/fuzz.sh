#!/usr/bin/env bash
# Runs each Fuzz function of the project for FUZZTIME (30s), FUZZJOBS (2) at a
# time, which share the processors. Arguments are path prefixes that narrow the
# choice: scripts/fuzz.sh wire sql. A prefix without any Fuzz function is an
# error: somebody counts on it.
set -euo pipefail
cd "$(dirname "$0")/.."
fuzztime=${FUZZTIME:-30s}
jobs=${FUZZJOBS:-2}
export CGO_ENABLED=0

# list PREFIX…: "package Function" of each Fuzz function under the prefixes.
list() {
	git ls-files --cached --others --exclude-standard -- '*_test.go' | sort -u | while read -r file; do
		if [ ! -f "$file" ]; then continue; fi
		sed -n "s|^func \(Fuzz[A-Za-z0-9_]*\)(.*|$(dirname "$file") \1|p" "$file"
	done | { if [ $# -eq 0 ]; then cat; else grep -E "^($(IFS='|'; echo "$*"))(/| )"; fi; } || true
}

targets=
if [ $# -eq 0 ]; then targets=$(list); fi
for prefix in "$@"; do
	found=$(list "$prefix")
	if [ -z "$found" ]; then
		echo "no Fuzz function under $prefix" >&2
		exit 2
	fi
	targets+=$found$'\n'
done
targets=$(sort -u <<<"$targets" | sed '/^$/d')
if [ -z "$targets" ]; then
	echo "no Fuzz function in the project" >&2
	exit 2
fi

# outran_clock OUTPUT: whether all that go test complains of is its own clock.
# Up to Go 1.26 its coordinator takes the end of -fuzztime for a failure where
# a worker is slow to stop (golang/go#75804). That prints the bare words in
# place of a finding; a finding is told with its place, and its input is kept.
outran_clock() {
	local complaint
	complaint=$(sed -n '/^--- FAIL: /,$p' <<<"$1" | grep -vE '^(--- FAIL: Fuzz[A-Za-z0-9_]* \([0-9.]+s\)|FAIL|FAIL[[:space:]].*|exit status 1)$')
	[ "$complaint" = '    context deadline exceeded' ]
}

# fuzz DIR FUNCTION: fuzzes one target and prints what it said in one piece.
# An input that is interesting is minimised in a few steps at most: by default
# that takes a minute, which would be the whole of the time.
fuzz() {
	local dir=$1 function=$2 module=. package out status=0
	case $dir in examples/colours | examples/colours/*) module=examples/colours ;; esac
	package=./$(realpath --relative-to="$module" "$dir")
	out=$(cd "$module" && go test -run '^$' -fuzz "^$function\$" -fuzztime "$fuzztime" -fuzzminimizetime 10x \
		-parallel "$workers" "$package" </dev/null 2>&1) || status=$?
	if [ $status -ne 0 ] && outran_clock "$out"; then
		echo "== $dir $function: its time ended while an input was under way (golang/go#75804); nothing was found"
	elif [ $status -ne 0 ]; then
		printf '== %s %s\n%s\n' "$dir" "$function" "$out"
		echo "== $dir $function found something: see above, and the input under $dir/testdata/fuzz" >&2
		return 1
	fi
	printf '== %s %s: %s\n' "$dir" "$function" "$(grep '^fuzz: elapsed' <<<"$out" | tail -1)"
}

workers=$((($(nproc) + jobs - 1) / jobs))
echo "== $(wc -l <<<"$targets") fuzz targets, $fuzztime each, $jobs at a time"
status=0
running=0
while read -r dir function; do
	if [ $running -ge "$jobs" ]; then
		wait -n || status=1
		running=$((running - 1))
	fi
	fuzz "$dir" "$function" &
	running=$((running + 1))
done <<<"$targets"
while [ $running -gt 0 ]; do
	wait -n || status=1
	running=$((running - 1))
done
exit $status
