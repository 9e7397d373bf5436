#!/usr/bin/env bash
# What Fabric's javaenv does with a package, for Maven: one jar that holds all it needs.
set -ex
tmp=$(mktemp -d)
for dir in /chaincode/input /chaincode/input/src; do
  [ -f "$dir/pom.xml" ] || continue
  cp -R "$dir/." "$tmp"
  cd "$tmp"
  [ -f ./mvnw ] || cp /root/chaincode-java/mvnw .
  ./mvnw compile package -DskipTests -Dmaven.test.skip=true
  cp target/chaincode.jar /chaincode/output
  touch /chaincode/output/.uberjar
  exit 0
done
echo 'No pom.xml: this stand-in has no Gradle.' >&2
exit 255
