#!/bin/sh
set -e
docker run --rm "$1" node -e 'console.log("hello")'
