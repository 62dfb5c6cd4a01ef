#!/bin/sh
set -e
docker run --rm "$1" ruby -e 'puts "hello"'
