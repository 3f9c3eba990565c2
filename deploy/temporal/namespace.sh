#!/bin/sh
# Makes the namespace, and ends when it can be used. Address and name are in
# TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE, as every Temporal program reads them.
set -eu

# try repeats a command for a minute: just after its start, and while the caches
# of a new namespace fill, Temporal may still say no.
try() {
	left=30
	until "$@" >/dev/null 2>/tmp/error; do
		left=$((left - 1))
		if [ "$left" -eq 0 ]; then
			echo "gave up on: $*" >&2
			cat /tmp/error >&2
			return 1
		fi
		sleep 2
	done
}

try temporal operator cluster health
if ! temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1; then
	temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION" \
		--description "Callscout: one run per call"
fi
try temporal workflow count --namespace "$TEMPORAL_NAMESPACE"
echo "The namespace $TEMPORAL_NAMESPACE is ready."
