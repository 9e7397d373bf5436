#!/bin/sh
set -ex
cd /usr/local/src
npm start -- "$@"
