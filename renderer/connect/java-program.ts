import { CLIENT_CERTIFICATE, CLIENT_KEY, clientCertificate, placeOf } from './client-certificate.ts'
import { doubleQuoted } from './literals.ts'
import type { ProgramFacts, Step } from './program-facts.ts'

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>example</groupId>
  <artifactId>app</artifactId>
  <version>1.0.0</version>
  <properties>
    <maven.compiler.release>11</maven.compiler.release>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  <dependencies>
    <dependency>
      <groupId>org.hyperledger.fabric</groupId>
      <artifactId>fabric-gateway</artifactId>
      <version>1.8.0</version>
    </dependency>
    <!-- Maven would take version 3, which gRPC brings; Fabric's messages need 4. -->
    <dependency>
      <groupId>com.google.protobuf</groupId>
      <artifactId>protobuf-java</artifactId>
      <version>4.31.1</version>
    </dependency>
    <dependency>
      <groupId>io.grpc</groupId>
      <artifactId>grpc-netty-shaded</artifactId>
      <version>1.73.0</version>
      <scope>runtime</scope>
    </dependency>
  </dependencies>
  <build>
    <plugins>
      <plugin>
        <groupId>org.apache.maven.plugins</groupId>
        <artifactId>maven-compiler-plugin</artifactId>
        <version>3.13.0</version>
      </plugin>
      <plugin>
        <groupId>org.codehaus.mojo</groupId>
        <artifactId>exec-maven-plugin</artifactId>
        <version>3.5.0</version>
        <configuration>
          <mainClass>App</mainClass>
        </configuration>
      </plugin>
    </plugins>
  </build>
</project>
`

/** An application for Java 11 or newer on the public client, built by Maven. Pure. */
export function javaProgram(facts: ProgramFacts): Step[] {
  return [
    ...clientCertificate(facts),
    {
      title: `${placeOf(facts)}, save as pom.xml`,
      file: 'pom.xml',
      text: POM,
    },
    { title: 'Save as src/main/java/App.java', file: 'src/main/java/App.java', text: program(facts) },
    { title: 'Run', text: 'mvn -q compile exec:java\n' },
  ]
}

function credentials({ tls }: ProgramFacts): string {
  if (tls === undefined) return 'InsecureChannelCredentials.create()'
  const file = (path: string) => `new File(${doubleQuoted(path)})`
  const keys = tls.clientCa === undefined ? '' : `.keyManager(${file(CLIENT_CERTIFICATE)}, ${file(CLIENT_KEY)})`
  return `TlsChannelCredentials.newBuilder().trustManager(${file(tls.peerRoot)})${keys}.build()`
}

function program(facts: ProgramFacts): string {
  const { call, identity, peer, tls } = facts
  return `import io.grpc.Grpc;
${tls === undefined ? 'import io.grpc.InsecureChannelCredentials;\n' : ''}import io.grpc.ManagedChannel;
${tls === undefined ? '' : 'import io.grpc.TlsChannelCredentials;\nimport java.io.File;\n'}import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;
import org.hyperledger.fabric.client.Contract;
import org.hyperledger.fabric.client.Gateway;
import org.hyperledger.fabric.client.GatewayException;
import org.hyperledger.fabric.client.identity.Identities;
import org.hyperledger.fabric.client.identity.Signers;
import org.hyperledger.fabric.client.identity.X509Identity;

public final class App {
    public static void main(String[] args) throws Exception {
        var certificate = Identities.readX509Certificate(Files.newBufferedReader(
            Paths.get(${doubleQuoted(identity.certificate)})));
        var privateKey = Identities.readPrivateKey(Files.newBufferedReader(
            Paths.get(${doubleQuoted(identity.privateKey)})));
        ManagedChannel channel = Grpc.newChannelBuilder(
            ${doubleQuoted(peer)},
            ${credentials(facts)}).build();
        try (Gateway gateway = Gateway.newInstance()
                .identity(new X509Identity(${doubleQuoted(identity.mspId)}, certificate))
                .signer(Signers.newPrivateKeySigner(privateKey))
                .connection(channel)
                .connect()) {
            Contract contract = gateway.getNetwork(${doubleQuoted(call.channel)})
                .getContract(${doubleQuoted(call.chaincode)});
            byte[] result = contract.newProposal(${doubleQuoted(call.function)})
${options(call)}                .build()
                ${call.kind === 'submit' ? '.endorse()\n                .submit()' : '.evaluate()'};
            System.out.println(new String(result, StandardCharsets.UTF_8));
        } catch (GatewayException e) {
            System.err.println(e.getMessage());
            e.getDetails().forEach(System.err::println);
            System.exit(1);
        } finally {
            channel.shutdownNow();
        }
    }
}
`
}

function options({ args, transient }: ProgramFacts['call']): string {
  const lines = [
    ...args.map((value) => `.addArguments(${literal(value)})`),
    ...Object.entries(transient ?? {}).map(([key, value]) => `.putTransient(${doubleQuoted(key)}, ${literal(value)})`),
  ]
  return lines.map((line) => `                ${line}\n`).join('')
}

function literal(value: string | { base64: string }): string {
  return typeof value === 'string'
    ? doubleQuoted(value)
    : `java.util.Base64.getDecoder().decode(${doubleQuoted(value.base64)})`
}
