#!/usr/bin/env bash
# Installs the database servers that the tests start for themselves, and the
# clients that they let speak to a door, where they are missing: MariaDB and
# PostgreSQL, Python's libraries for both, and sysbench. As root on Debian or
# Ubuntu it uses apt, starts no service, and touches no server that is already
# there. Elsewhere it prints the line to type and ends with 2. With the argument
# `bench` it sees to what the measurements compare a door with, too: pgbouncer; with `sqlmap`, to what conformance attacks doors with.
set -euo pipefail

# has NAME: whether a server program is where internal/testdb looks for it.
has() {
	local name=$1 dir
	local -a dirs
	IFS=: read -r -a dirs <<<"$PATH:/usr/sbin:/usr/local/sbin:/usr/local/bin:/usr/bin"
	for dir in "${dirs[@]}" /usr/lib/postgresql/*/bin; do
		if [ -x "$dir/$name" ]; then return 0; fi
	done
	return 1
}

packages=()
if ! has mariadbd || ! has mariadb-install-db; then packages+=(mariadb-server); fi
if ! command -v mariadb >/dev/null; then packages+=(mariadb-client); fi # the tests, too, look along the PATH
# The tests, too, take Debian's Python: one of the user's own has not its packages.
if ! /usr/bin/python3 -c 'import MySQLdb' 2>/dev/null; then packages+=(python3-mysqldb); fi
if ! /usr/bin/python3 -c 'import psycopg2' 2>/dev/null; then packages+=(python3-psycopg2); fi
if ! /usr/bin/python3 -c 'import psycopg' 2>/dev/null; then packages+=(python3-psycopg); fi
if ! command -v sysbench >/dev/null; then packages+=(sysbench); fi
if ! has postgres || ! has initdb || ! has psql; then packages+=(postgresql); fi
if [ "${1-}" = bench ] && ! has pgbouncer; then packages+=(pgbouncer); fi
if [ "${1-}" = sqlmap ] && ! command -v sqlmap >/dev/null; then packages+=(sqlmap); fi
if [ ${#packages[@]} -eq 0 ]; then exit 0; fi

line="apt-get install -y ${packages[*]}"
if ! command -v apt-get >/dev/null; then
	echo "the tests need ${packages[*]} (the Debian names), and this machine has no apt-get; install them and run this again" >&2
	exit 2
fi
if [ "$(id -u)" -ne 0 ]; then
	echo "the tests need ${packages[*]}, and only root can install them; type: sudo $line" >&2
	exit 2
fi

# While the packages are installed, a policy that answers 101 ("not allowed")
# keeps their services from being started. A policy that is there already is
# the machine owner's and is put back.
policy=/usr/sbin/policy-rc.d
kept=
restore() {
	rm -f "$policy"
	if [ -n "$kept" ]; then mv "$kept" "$policy"; fi
}
if [ -e "$policy" ]; then
	kept=$policy.sallyport-kept
	mv "$policy" "$kept"
fi
trap restore EXIT
printf '#!/bin/sh\nexit 101\n' >"$policy"
chmod 755 "$policy"

export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
update() {
	echo "== reading the lists of packages (apt-get update), some seconds"
	apt-get update -q >"$log" 2>&1 || { cat "$log" >&2; return 1; }
}
install() {
	apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=300 "${packages[@]}" >"$log" 2>&1
}

updated=
for package in "${packages[@]}"; do
	if [ -z "$updated" ] && ! apt-cache show "$package" >/dev/null 2>&1; then
		update
		updated=yes
	fi
done
echo "== installing for the tests: ${packages[*]} (services are not started), about a minute"
if ! install; then
	if [ -n "$updated" ] || ! update || ! install; then
		cat "$log" >&2
		echo "installing did not work; type: $line" >&2
		exit 2
	fi
fi
rm -f "$log"
