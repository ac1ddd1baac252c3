// Anthropic's own SDK through the gateway: only the base URL and the key differ.
//   EVERYCENT_KEY=ec_live_… node examples/anthropic-sdk.mjs
import Anthropic from '@anthropic-ai/sdk'

const url = process.env.EVERYCENT_URL ?? 'http://127.0.0.1:8787'
const anthropic = new Anthropic({
  baseURL: `${url}/anthropic`,
  apiKey: process.env.EVERYCENT_KEY,
})

const { data: message, response } = await anthropic.messages
  .create({
    model: 'claude-haiku-5.5',
    max_tokens: 100,
    messages: [{ role: 'user', content: 'What does a token cost?' }],
  })
  .withResponse()

console.log(message.content.find((block) => block.type === 'text')?.text)
for (const name of ['everycent-cost', 'everycent-funding', 'everycent-balance'])
  console.log(`${name}: ${response.headers.get(name)}`)
console.log(`npx everycent receipt ${response.headers.get('everycent-receipt')}`)
