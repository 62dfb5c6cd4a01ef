#!/bin/sh
set -e
docker run --rm "$1" redis-server --version | grep -q 'Redis server v=7'
docker run --rm "$1" --version | grep -q 'Redis server'
