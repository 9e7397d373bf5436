import { pack } from 'tar-stream'
import type { ContainerFile } from './docker-spec.ts'
import type { DockerEngine } from './engine/engine.ts'

/** Write files into a container before it starts, as Fabric does with its TLS files (UploadToContainer). */
export async function uploadFiles(
  engine: DockerEngine,
  container: string,
  files: readonly ContainerFile[],
  signal: AbortSignal,
): Promise<void> {
  if (files.length === 0) return
  const tar = pack()
  for (const { path, content, mode = 0o644 } of files) tar.entry({ name: path.replace(/^\/+/, ''), mode }, content)
  tar.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of tar) chunks.push(chunk as Buffer)
  await engine.putArchive(container, '/', Buffer.concat(chunks), signal)
}
