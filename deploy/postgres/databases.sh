#!/bin/sh
# Runs once, when PostgreSQL's data folder is made: one role with its own
# databases for Temporal, one for Callscout. Neither can read the other's.
set -eu

psql --set=ON_ERROR_STOP=1 --username=postgres --dbname=postgres \
	--set=temporal_password="$TEMPORAL_DB_PASSWORD" --set=callscout_password="$CALLSCOUT_DB_PASSWORD" <<'SQL'
CREATE ROLE temporal LOGIN PASSWORD :'temporal_password';
CREATE ROLE callscout LOGIN PASSWORD :'callscout_password';
CREATE DATABASE temporal OWNER temporal;
CREATE DATABASE temporal_visibility OWNER temporal;
CREATE DATABASE callscout OWNER callscout;
REVOKE CONNECT ON DATABASE temporal, temporal_visibility, callscout FROM PUBLIC;
SQL
