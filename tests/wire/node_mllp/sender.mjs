// Sends the messages of its settings one after the other, each once the last was answered; prints each answer.
import { readFileSync } from 'node:fs'
import { Client, Message } from 'node-hl7-client'

const settings = JSON.parse(process.argv[2])
const tls = settings.tls && {
  key: readFileSync(settings.tls.key),
  cert: readFileSync(settings.tls.cert),
  ca: readFileSync(settings.tls.ca),
  servername: 'localhost'
}
const client = new Client({ host: '127.0.0.1', ...(tls && { tls }) })
const left = settings.messages.map((text) => new Message({ text }))
const connection = client.createConnection({ port: settings.port, maxConnectionAttempts: 1 }, async (answer) => {
  console.log(JSON.stringify(answer.getMessage().toString()))
  await next()
})

async function next () {
  const message = left.shift()
  if (message) return connection.sendMessage(message)
  await connection.close()
  process.exit(0)
}

connection.on('client.error', (fault) => {
  console.error(fault?.message)
  process.exit(1)
})
connection.once('connect', next)
