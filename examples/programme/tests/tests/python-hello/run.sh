#!/bin/sh
set -e
docker run --rm "$1" python3 -c 'print("hello")'
