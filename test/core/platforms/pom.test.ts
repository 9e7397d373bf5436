import { describe, expect, test } from 'vitest'
import { interpolate, parsePom, valueAt } from '../../../core/platforms/java/pom.ts'

describe('parsePom', () => {
  test('reads elements with their lines, namespaces, CDATA, comments and entities', () => {
    const text = `\uFEFF<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE project>
<m:project xmlns:m="http://maven.apache.org/POM/4.0.0"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <!-- <m:artifactId>old</m:artifactId> -->
  <m:artifactId> a<!-- b -->&amp;&#99;<![CDATA[<d>]]> </m:artifactId>
</m:project>`
    expect(parsePom(text)).toEqual([
      { path: 'project', text: '', line: 4 },
      { path: 'project/artifactId', text: 'a&c<d>', line: 6 },
    ])
  })

  test.each([
    ['a tag that another one closes', '<project><a></project>', '1:22: '],
    ['a tag that is never closed', '<project>\n<a>', '2:3: '],
    ['no XML', 'hello', '1:1: '],
    ['an unknown entity', '<project>&foo;</project>', '1:14: '],
    ['an entity of its own', '<!DOCTYPE p [<!ENTITY a "b">]><project>&a;</project>', '1:42: '],
    ['a file as an entity', '<!DOCTYPE p [<!ENTITY a SYSTEM "file:///etc/hostname">]><project>&a;</project>', '1:68: '],
    ['elements in elements without end', '<a>'.repeat(101), 'deeper than 100'],
    ['a text without end', 'x'.repeat(1_000_001), 'longer than'],
  ])('refuses %s', (_what, text, message) => {
    expect(() => parsePom(text)).toThrow(SyntaxError)
    expect(() => parsePom(text)).toThrow(message)
  })

  test('reads an empty text as a pom without elements', () => {
    expect(parsePom('')).toEqual([])
  })
})

describe('placeholders', () => {
  const pom = parsePom(`<project>
    <parent><groupId>org.acme</groupId><version>7</version></parent>
    <artifactId>\${prefix}-registry</artifactId>
    <version>\${revision}\${sha1}\${changelist}</version>
    <properties>
      <prefix>land</prefix><revision>1.\${minor}</revision><minor>4</minor><sha1/><changelist>-SNAPSHOT</changelist>
      <a>\${b}</a><b>\${a}</b>
      <two>\${four}\${four}</two><four>\${eight}\${eight}</four><eight>\${two}\${two}</eight>
    </properties>
  </project>`)

  test('come from the properties, the project and its parent', () => {
    expect(valueAt(pom, 'project/artifactId')).toBe('land-registry')
    expect(valueAt(pom, 'project/version')).toBe('1.4-SNAPSHOT')
    expect(interpolate(pom, '${project.parent.version} ${project.groupId} ${project.artifactId}')).toBe(
      '7 org.acme land-registry',
    )
  })

  test('leave nothing where one stays unknown', () => {
    for (const text of ['${nowhere}', '${a}', '${two}', '${project.name}', '${__proto__}', '${}']) {
      expect(interpolate(pom, text)).toBeUndefined()
    }
    expect(valueAt(pom, 'project/properties/a')).toBeUndefined()
    expect(valueAt(pom, 'project/name')).toBeUndefined()
  })
})
