// Everycent beside your own proxy: ask before the call, report after it. Nothing but HTTP is needed.
//   EVERYCENT_KEY=ec_live_… node examples/beside.mjs
const url = process.env.EVERYCENT_URL ?? 'http://127.0.0.1:8787'

async function post(path, body) {
  const answer = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${process.env.EVERYCENT_KEY}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(body),
  })
  const json = await answer.json()
  if (answer.ok) return json
  // A refusal is an answer: which limit, where it stands, who can change it. Nothing was charged.
  throw new Error(`${json.code}: ${json.detail}`)
}

// Yours: whatever is sent twice with the same id happens once.
const call_id = `call_${crypto.randomUUID()}`
const model = 'claude-sonnet-5.5'

// 1. May this call be made? Its worst case is held.
const admitted = await post('/v1/authorize', {
  call_id,
  model,
  prompt_tokens_max: 2_000,
  max_output_tokens: 500,
})
console.log(`held: $${admitted.held.included} of the plan, $${admitted.held.money} of credit`)

// 2. Call the model as you do today; `usage` is what it reported.
const usage = { input_tokens: 1_400, cache_read_input_tokens: 400, output_tokens: 210 }

// 3. Settle: only what was delivered is charged, the rest of the hold is free again.
const entry = await post('/v1/settle', {
  call_id,
  usage: { dialect: 'anthropic', response: { model, usage } },
})
console.log(`total: $${entry.totals.total}, covered by plan: $${entry.totals.included}`)
console.log(`npx everycent receipt ${entry.receipt_id}`)
