import { expect, test } from 'vitest'
import { readCause } from '../../../core/causes/causes.ts'
import { ownFiles } from '../../../core/causes/own-files.ts'

/** What Gradle 4.4.1 printed with `--console=plain shadowJar`, up to its advice. */
const captured = {
  javac: `:compileJava/cc/src/main/java/example/A.java:1: error: incompatible types: int cannot be converted to String
package example; public class A { static final String NONE = 5; }
                                                             ^
1 error
 FAILED

FAILURE: Build failed with an exception.

* What went wrong:
Execution failed for task ':compileJava'.
> Compilation failed; see the compiler error output for details.`,
  syntax: `FAILURE: Build failed with an exception.

* Where:
Build file '/cc/build.gradle' line: 5

* What went wrong:
Could not compile build file '/cc/build.gradle'.
> startup failed:
  build file '/cc/build.gradle': 5: unexpected token:  @ line 5, column 1.
  1 error`,
  method: `FAILURE: Build failed with an exception.

* Where:
Build file '/cc/build.gradle' line: 3

* What went wrong:
A problem occurred evaluating root project 'g'.
> Could not find method nope() for arguments [x] on root project 'g' of type org.gradle.api.Project.`,
  network: `:compileJava FAILED

FAILURE: Build failed with an exception.

* What went wrong:
Could not resolve all files for configuration ':compileClasspath'.
> Could not resolve org.hyperledger.fabric-chaincode-java:fabric-chaincode-shim:2.5.5.
  Required by:
      project :
   > Could not resolve org.hyperledger.fabric-chaincode-java:fabric-chaincode-shim:2.5.5.
      > Could not get resource 'http://127.0.0.1:9/org/hyperledger/fabric-chaincode-java/fabric-chaincode-shim/2.5.5/fabric-chaincode-shim-2.5.5.pom'.
         > Could not GET 'http://127.0.0.1:9/org/hyperledger/fabric-chaincode-java/fabric-chaincode-shim/2.5.5/fabric-chaincode-shim-2.5.5.pom'.
            > Connect to 127.0.0.1:9 [/127.0.0.1] failed: Connection refused`,
  norepo: `:compileJava FAILED

FAILURE: Build failed with an exception.

* What went wrong:
Could not resolve all files for configuration ':compileClasspath'.
> Cannot resolve external dependency org.hyperledger.fabric-chaincode-java:fabric-chaincode-shim:2.5.5 because no repositories are defined.
  Required by:
      project :`,
}

const causeOf = (name: keyof typeof captured) => readCause(captured[name].split('\n'), ownFiles('/cc')).cause

test('the compiler’s words, though they begin on the line of the task', () => {
  expect(causeOf('javac')).toMatchObject({
    kind: 'compile',
    file: 'src/main/java/example/A.java',
    line: 1,
    message: 'incompatible types: int cannot be converted to String',
  })
})

test('a build file that can’t be read: what Groovy says of it, and where', () => {
  expect(causeOf('syntax')).toMatchObject({
    kind: 'config',
    file: 'build.gradle',
    line: 5,
    message: 'unexpected token:  @ line 5, column 1.',
  })
})

test('a method that doesn’t exist is the build file’s fault, not a dependency’s', () => {
  expect(causeOf('method')).toMatchObject({
    kind: 'config',
    file: 'build.gradle',
    line: 3,
    message: expect.stringMatching(/^Could not find method nope\(\)/) as unknown,
  })
})

test('a repository that doesn’t answer, and none', () => {
  expect(causeOf('network')).toMatchObject({
    kind: 'network',
    message: 'Connect to 127.0.0.1:9 [/127.0.0.1] failed: Connection refused',
  })
  expect(causeOf('norepo')).toMatchObject({
    kind: 'dependencies',
    message: expect.stringMatching(
      /^Cannot resolve external dependency .* because no repositories are defined\.$/,
    ) as unknown,
  })
})
