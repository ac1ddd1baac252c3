// A process of its own that starts the embedded server, says where it is, and waits to be killed.
import { startEmbedded } from '../../../src/store/embedded/index.ts'

const [dataDir = '', packageRoot] = process.argv.slice(2)
const server = await startEmbedded({
  dataDir,
  ...(packageRoot !== undefined && { packageRoot }),
})
const { url, pid } = server
console.log(JSON.stringify({ url, pid, uid: process.geteuid?.() }))
process.stdin.resume()
process.stdin.once('end', async () => {
  await server.stop()
  process.exit(0)
})
