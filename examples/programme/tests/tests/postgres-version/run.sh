#!/bin/sh
set -e
docker run --rm "$1" postgres --version | grep -q 'PostgreSQL) 15'
