#!/bin/sh
# Prints the licenses of all modules that the program is built from.
set -eu
cd "$(dirname "$0")"
go list -deps -f '{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}} {{.Dir}}{{end}}{{end}}' . | sort -u |
  while read -r path version directory; do
    printf '%s %s\n\n' "$path" "$version"
    found=no
    for file in "$directory"/LICEN[CS]E* "$directory"/COPYING* "$directory"/NOTICE*; do
      [ -f "$file" ] || continue
      found=yes
      cat "$file"
    done
    if [ "$found" = no ]; then
      echo "$path has no license" >&2
      exit 1
    fi
    printf '\n%s\n\n' --------------------------------------------------------------------------------
  done
