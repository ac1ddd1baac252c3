// OpenAI's own SDK through the gateway, streamed. What the call cost is known when the stream has
// ended, so it is read from the receipt.
//   EVERYCENT_KEY=ec_live_… node examples/openai-sdk.mjs
import OpenAI from 'openai'

const url = process.env.EVERYCENT_URL ?? 'http://127.0.0.1:8787'
const key = process.env.EVERYCENT_KEY
const openai = new OpenAI({ baseURL: `${url}/openai/v1`, apiKey: key })

const { data: stream, response } = await openai.chat.completions
  .create({
    model: 'gpt-5.4-mini',
    max_completion_tokens: 100,
    stream: true,
    messages: [{ role: 'user', content: 'What does a token cost?' }],
  })
  .withResponse()

for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta.content ?? '')

const receiptId = response.headers.get('everycent-receipt')
const receipt = await settled(receiptId)
console.log(`\n\ncovered by plan: $${receipt.amounts.covered_by_plan.amount}`)
console.log(`charged:         $${receipt.amounts.charged.amount}`)
console.log(`npx everycent explain ${receiptId}`)

/** The receipt is there a moment after the last byte. */
async function settled(id) {
  for (let tries = 0; tries < 50; tries += 1) {
    const answer = await fetch(`${url}/v1/receipts/${id}`, {
      headers: { authorization: `Bearer ${key}` },
    })
    if (answer.ok) return answer.json()
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`There is no receipt ${id}.`)
}
