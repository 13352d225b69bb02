// Listens as its settings say, prints its port, then each message it heard as a line of JSON.
import { readFileSync } from 'node:fs'
import { Server } from 'node-hl7-server'

const settings = JSON.parse(process.argv[2])
const tls = settings.tls && {
  key: readFileSync(settings.tls.key),
  cert: readFileSync(settings.tls.cert),
  ca: readFileSync(settings.tls.ca),
  requestCert: true
}
const server = new Server({ bindAddress: '127.0.0.1', ...(tls && { tls }) })
const listener = server.createInbound({ port: 0, encoding: settings.encoding }, async (request, response) => {
  await response.sendResponse(settings.says)
})
listener.on('data.raw', (message) => console.log(JSON.stringify(message)))
listener.on('listen', () => console.log(listener._socket.address().port))
for (const trouble of ['data.error', 'client.error', 'error']) {
  listener.on(trouble, (fault) => console.error(trouble, fault?.message))
}
