#!/bin/sh
# Makes Temporal's tables, or brings them up to this version. The databases are
# there already; where and as whom to connect is in SQL_*.
set -eu

for database in temporal temporal_visibility; do
	case "$database" in
	temporal) name=temporal ;;
	*) name=visibility ;;
	esac
	temporal-sql-tool --database "$database" setup-schema --version 0.0
	temporal-sql-tool --database "$database" update-schema --schema-name "postgresql/v12/$name"
done
echo "Temporal's tables are up to date."
