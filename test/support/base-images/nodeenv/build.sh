#!/bin/sh
# What Fabric's nodeenv does with a package: its sources and the dependencies it runs with.
set -ex
cp -R /chaincode/input/src/. /chaincode/output
cd /chaincode/output
if [ -f package-lock.json ] || [ -f npm-shrinkwrap.json ]; then npm ci --omit=dev; else npm install --omit=dev; fi
