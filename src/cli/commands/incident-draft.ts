import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import type { Body } from '../../client/index.ts'
import { AUDIT_RULES } from '../../core/audit/rules.ts'
import type { Context, Handler } from '../context.ts'
import { usageError } from '../exit.ts'
import { askForMissing, incidentFrom } from '../incident-document.ts'
import { readJson } from '../json-file.ts'
import { amount, collect, instantText, wholeNumber, withServer } from '../options.ts'
import type { Bind, Register } from '../program.ts'
import { Questions } from '../questions.ts'
import { sanitize } from '../render/index.ts'
import { impactLines, incidentLines } from '../views/incident.ts'
import { measureAll } from './incident-follow.ts'

type Document = Body<'createIncident'>

/** Writing an incident: from questions and options, from a file, or from a price book that was wrong. */
export function registerIncidentDraft(incidents: Command, bind: Bind): void {
  const fresh = withServer(
    incidents
      .command('new')
      .description('write an incident in steps; asks for what is not said. Gives nothing yet'),
  )
    .option('--id <id>', 'a-z, 0-9 and _; what is given has the reason incident_<id>')
    .option('--name-en <words>', 'what it is called, in English')
    .option('--name-ja <words>', 'the same in Japanese')
    .option('--currency <code>', 'of the accounts; USD unless told')
  withScope(fresh)
    .addOption(
      new Option('--refund <of>', 'give back the charge, or what a finding says').choices([
        'charge',
        'finding',
      ]),
    )
    .option('--no-refund', 'give no charge back: goodwill alone')
    .option('--out <file>', 'write the document there and send nothing')
    .action(bind(draft))
  withRemedy(fresh)
  const file = (name: string, description: string, handler: Handler): void => {
    withServer(incidents.command(name).description(description).argument('<file>')).action(
      bind(handler),
    )
  }
  file('create', 'draft the incident of a file', create)
  file('revise', 'write an incident anew from a file; what was measured is void', revise)
}

const withScope = (command: Command): Command =>
  command
    .option('--from <time>', 'the first call', instantText)
    .option('--until <time>', 'the first instant after it', instantText)
    .option('--model <model>', 'requested, served or priced as; repeat for more', collect)
    .option('--outcome <outcome>', 'settled as; repeat for more', collect)
    .option('--status <status>', 'HTTP status of the provider; repeat for more', collect)
    .option('--error <type>', 'type of an in-band error; repeat for more', collect)
    .option('--price-book <book>', 'priced by; repeat for more', collect)
    .addOption(
      new Option('--rule <rule>', 'found by this rule of the audit; repeat for more')
        .choices(AUDIT_RULES)
        .argParser(collect),
    )
    .option('--plan <plan>', 'pro, or pro@3; repeat for more', collect)
    .option('--account <account>', 'this one alone; repeat for more', collect)

const withRemedy = (command: Command): Command =>
  command
    .option('--goodwill-percent <percent>', 'credit for so much of the loss', wholeNumber(1, 1_000))
    .option('--goodwill-max <amount>', 'the most credit for one account', amount)
    .option('--claim-until <time>', 'the first instant too late to claim it', instantText)
    .option('--expires-after-days <days>', 'after the claim; 90 unless told', wholeNumber(1, 3_660))
    .addOption(
      new Option('--position <position>', 'before the windows unless told').choices([
        'before_windows',
        'after_windows',
      ]),
    )
    .option('--notice-en <words>', 'what happened, for the accounts')
    .option('--notice-ja <words>', 'the same in Japanese')
    .option('--skip-remedied', 'leave out calls for which something was given before')
    .option('--max-total <amount>', 'give back at most this in all', amount)
    .option('--max-account <amount>', 'give back at most this to one account', amount)
    .option('--max-goodwill <amount>', 'grant at most this in all', amount)

const draft: Handler = async (context, options) => {
  const questions = new Questions(context)
  const answers = await askForMissing(options, questions)
  await questions.end()
  const document = incidentFrom(answers)
  if (typeof options.out === 'string') {
    writeFileSync(resolve(context.io.cwd, options.out), `${JSON.stringify(document, null, 2)}\n`)
    if (context.json) context.printJson(document)
    else
      context.print([
        `The incident is written to ${sanitize(options.out)}. Nothing was sent.`,
        `Draft it: everycent incidents create ${sanitize(options.out)}`,
      ])
    return undefined
  }
  return await send(context, document)
}

async function send(context: Context, document: Document): Promise<undefined> {
  const made = await context.client().incidents.create(document)
  if (context.json) context.printJson(made)
  else context.print(incidentLines(made, context))
}

const create: Handler = async (context, _options, [file = '']) =>
  send(context, readJson(file, context.io.cwd) as Document)

const revise: Handler = async (context, _options, [file = '']) => {
  const document = readJson(file, context.io.cwd) as Document
  const made = await context.client().incidents.revise(document.id, document)
  if (context.json) context.printJson(made)
  else context.print(incidentLines(made, context))
  return undefined
}

/** An incident of prices: what a wrong book charged, rated anew by the one that corrects it. */
export const registerRerate: Register = (program, bind) => {
  const rerate = withServer(
    program
      .command('rerate')
      .description(
        'rate past calls anew by a corrected price book: drafts and measures an incident, and shows the difference. Gives nothing yet',
      )
      .argument('<book>', 'the book that is right'),
  )
    .requiredOption('--id <id>', 'a-z, 0-9 and _; what is given has the reason incident_<id>')
    .option('--name-en <words>', 'what it is called, in English')
    .option('--name-ja <words>', 'the same in Japanese')
  withRemedy(withScope(rerate)).action(bind(rerateBy))
}

const rerateBy: Handler = async (context, options, [book = '']) => {
  const client = context.client()
  const { document, currency } = await client.priceBooks.get(book)
  const wrong =
    options.priceBook ?? (document.corrects === undefined ? undefined : [document.corrects])
  if (wrong === undefined)
    throw usageError('It is not said which book was wrong.', {
      why: `The price book ${book} corrects none.`,
      next: 'Name it with --price-book, or publish a book with "corrects".',
    })
  const incident = await client.incidents.create(
    incidentFrom({
      nameEn: `Prices corrected: ${book}`,
      nameJa: `料金の訂正: ${book}`,
      from: document.effective_from,
      until: new Date(context.io.now()).toISOString(),
      ...options,
      currency,
      priceBook: wrong,
      rerate: book,
    }),
  )
  const measured = await measureAll(context, incident.incident_id)
  const impact = await client.incidents.impact(incident.incident_id)
  if (context.json) context.printJson({ incident: measured, impact })
  else context.print([...impactLines(impact, context), '', ...incidentLines(measured, context)])
  return undefined
}
