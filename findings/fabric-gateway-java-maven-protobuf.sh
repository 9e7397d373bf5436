#!/usr/bin/env bash
# org.hyperledger.fabric:fabric-gateway 1.8.0 with fabric-protos 0.3.7 (Java), Maven 3.8, JDK 17.
#
# Expected: a project that depends on fabric-gateway alone has all it needs.
# Seen: it compiles, and fails when the first message of Fabric is touched. The messages were generated for protobuf 4;
# fabric-gateway and fabric-protos name that version in their own dependency management, with an imported BOM, which
# Maven applies to their own build and not to whoever depends on them. There gRPC decides, which asks for 3.25.5:
#
#   com.google.protobuf:protobuf-java:3.25.5
#   java.lang.NoClassDefFoundError: com/google/protobuf/RuntimeVersion$RuntimeDomain
#
# A project that depends on protobuf-java 4 itself works, so the pom of Slipway's Connect page does. Fails if this
# changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir -p src/main/java

cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>example</groupId>
  <artifactId>check</artifactId>
  <version>1</version>
  <properties>
    <maven.compiler.source>11</maven.compiler.source>
    <maven.compiler.target>11</maven.compiler.target>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  <dependencies>
    <dependency>
      <groupId>org.hyperledger.fabric</groupId>
      <artifactId>fabric-gateway</artifactId>
      <version>1.8.0</version>
    </dependency>
  </dependencies>
</project>
XML

cat >src/main/java/Check.java <<'JAVA'
import org.hyperledger.fabric.protos.common.ChannelHeader;

public final class Check {
    public static void main(final String[] args) {
        try {
            System.out.println(ChannelHeader.newBuilder().setChannelId("mychannel").build().getChannelId());
        } catch (LinkageError error) {
            System.out.println(error);
        }
    }
}
JAVA

mvn --quiet --batch-mode compile \
  org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath -Dmdep.outputFile=classpath >mvn.log 2>&1
{
  tr ':' '\n' <classpath | sed -n 's|.*/com/google/protobuf/\(protobuf-java\)/\([^/]*\)/.*|com.google.protobuf:\1:\2|p'
  java -cp "target/classes:$(cat classpath)" Check
} | tee seen
diff seen - <<'SEEN'
com.google.protobuf:protobuf-java:3.25.5
java.lang.NoClassDefFoundError: com/google/protobuf/RuntimeVersion$RuntimeDomain
SEEN
