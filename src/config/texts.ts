import { LOG_LEVELS } from './settings.ts'

interface TextSetting {
  readonly path: string
  readonly env: string
  readonly fallback: string
  readonly meaning: string
}

/** The settings that are not numbers, for help and documentation. */
export const TEXTS: readonly TextSetting[] = [
  {
    path: 'database_url',
    env: 'DATABASE_URL',
    fallback: '',
    meaning: 'PostgreSQL 15-18. Without it, an own one is started on data_dir.',
  },
  {
    path: 'data_dir',
    env: 'EVERYCENT_DATA_DIR',
    fallback: '.everycent/data',
    meaning: 'Where the embedded PostgreSQL keeps its data.',
  },
  {
    path: 'listen.host',
    env: 'EVERYCENT_HOST',
    fallback: '127.0.0.1',
    meaning: 'The address to listen on; 0.0.0.0 for all.',
  },
  {
    path: 'listen.port',
    env: 'EVERYCENT_PORT',
    fallback: '8787',
    meaning: 'The one port of gateway and API; 0 takes a free one.',
  },
  {
    path: 'listen.trusted_proxies',
    env: 'EVERYCENT_TRUSTED_PROXIES',
    fallback: '0',
    meaning:
      'Whose X-Forwarded-For is taken: a number of hops in front, or addresses and networks. 0: nobody’s.',
  },
  {
    path: 'public_url',
    env: 'EVERYCENT_PUBLIC_URL',
    fallback: '',
    meaning:
      'The address that clients reach this server at. The MCP server takes requests for its host; without it, those of this machine only.',
  },
  {
    path: 'operator_token_file',
    env: 'EVERYCENT_OPERATOR_TOKEN',
    fallback: '',
    meaning: 'The operator token, or a file with one per line. At least 16 characters each.',
  },
  {
    path: 'upstreams.anthropic.base_url',
    env: 'EVERYCENT_ANTHROPIC_BASE_URL',
    fallback: 'https://api.anthropic.com',
    meaning: 'The provider behind /anthropic.',
  },
  {
    path: 'upstreams.anthropic.api_key_env (or api_key_file)',
    env: 'ANTHROPIC_API_KEY',
    fallback: '',
    meaning: 'Which variable (or file) holds its key.',
  },
  {
    path: 'upstreams.anthropic.private_addresses',
    env: 'EVERYCENT_UPSTREAMS_ANTHROPIC_PRIVATE_ADDRESSES',
    fallback: 'refused',
    meaning:
      'Whether the name in base_url may lead to loopback and private addresses: refused, allowed. An address that is written inside may.',
  },
  {
    path: 'upstreams.openai.base_url',
    env: 'EVERYCENT_OPENAI_BASE_URL',
    fallback: 'https://api.openai.com',
    meaning: 'The provider behind /openai.',
  },
  {
    path: 'upstreams.openai.api_key_env (or api_key_file)',
    env: 'OPENAI_API_KEY',
    fallback: '',
    meaning: 'Which variable (or file) holds its key.',
  },
  {
    path: 'upstreams.openai.private_addresses',
    env: 'EVERYCENT_UPSTREAMS_OPENAI_PRIVATE_ADDRESSES',
    fallback: 'refused',
    meaning:
      'Whether the name in base_url may lead to loopback and private addresses: refused, allowed. An address that is written inside may.',
  },
  {
    path: 'secret_key_file',
    env: 'EVERYCENT_SECRET_KEY',
    fallback: '',
    meaning:
      'Key of secrets at rest (32 bytes, base64), or a file with it. The first seals, all open.',
  },
  {
    path: 'checkpoints.key_file',
    env: 'EVERYCENT_LOG_KEY',
    fallback: '',
    meaning:
      'Signs the log of sealed heads (32 bytes, base64), or a file with it. The first signs, those after it are former ones.',
  },
  {
    path: 'checkpoints.name',
    env: 'EVERYCENT_LOG_NAME',
    fallback: '',
    meaning: 'The log’s own name, for ever: billing.example.com/heads.',
  },
  {
    path: 'checkpoints.directory',
    env: 'EVERYCENT_CHECKPOINTS_DIRECTORY',
    fallback: '',
    meaning: 'A folder into which every checkpoint is written, for others to keep.',
  },
  {
    path: 'checkpoints.webhook_url',
    env: 'EVERYCENT_CHECKPOINTS_WEBHOOK_URL',
    fallback: '',
    meaning: 'An address that is told of new checkpoints (checkpoint_sealed).',
  },
  {
    path: '(environment only)',
    env: 'EVERYCENT_CHECKPOINTS_WEBHOOK_SECRET',
    fallback: '',
    meaning: 'Signs what that address is told, as Standard Webhooks has it: whsec_…',
  },
  {
    path: 'smtp.url',
    env: 'EVERYCENT_SMTP_URL',
    fallback: '',
    meaning: 'The server that sends e-mail: smtp://user:password@host:587 or smtps://…',
  },
  {
    path: 'smtp.from',
    env: 'EVERYCENT_SMTP_FROM',
    fallback: '',
    meaning: 'The sender of e-mail: Everycent <billing@example.com>.',
  },
  {
    path: 'notify.private_addresses',
    env: 'EVERYCENT_NOTIFY_PRIVATE_ADDRESSES',
    fallback: 'refused',
    meaning: 'Whether webhooks may go to loopback and private addresses: refused, allowed.',
  },
  {
    path: 'payments.provider',
    env: 'EVERYCENT_PAYMENTS_PROVIDER',
    fallback: 'off',
    meaning: 'off, stripe, or simulated (in memory: no money moves).',
  },
  {
    path: '(environment only)',
    env: 'STRIPE_API_KEY',
    fallback: '',
    meaning: 'The secret key of Stripe.',
  },
  {
    path: '(environment only)',
    env: 'STRIPE_WEBHOOK_SECRET',
    fallback: '',
    meaning: 'The signing secret of the webhook endpoint /webhooks/payments.',
  },
  {
    path: 'payments.return_url',
    env: 'EVERYCENT_PAYMENTS_RETURN_URL',
    fallback: 'http://localhost',
    meaning: 'Where a buyer goes after authenticating a payment.',
  },
  {
    path: 'payments.tax',
    env: 'EVERYCENT_PAYMENTS_TAX',
    fallback: 'table',
    meaning: 'table (the rates of the policy rows) or stripe (Stripe Tax).',
  },
  {
    path: 'archive.directory',
    env: 'EVERYCENT_ARCHIVE_DIRECTORY',
    fallback: '',
    meaning:
      'The directory of the archive, the same for all servers; it is never made. It belongs to the backup.',
  },
  {
    path: 'payments.terms_dir',
    env: 'EVERYCENT_PAYMENTS_TERMS_DIR',
    fallback: '',
    meaning: 'A folder with policies/*.json and bundles/*.json, published at each start.',
  },
  {
    path: 'payments.base_url',
    env: 'EVERYCENT_PAYMENTS_BASE_URL',
    fallback: '',
    meaning: 'Another address than Stripe’s own, for tests.',
  },
  {
    path: 'prices.approvals',
    env: 'EVERYCENT_PRICES_APPROVALS',
    fallback: 'one',
    meaning:
      'two: one person drafts a price book, another approves it. one: an operator publishes it.',
  },
  {
    path: 'sign_in.staff_passkey',
    env: 'EVERYCENT_SIGN_IN_STAFF_PASSKEY',
    fallback: 'optional',
    meaning:
      'required: people of the operator do not come in with a password alone. optional: those who have a passkey do not.',
  },
  {
    path: 'sign_in.oidc.issuer',
    env: 'EVERYCENT_OIDC_ISSUER',
    fallback: '',
    meaning: 'A provider of OpenID Connect that signs people in: https://login.example.com.',
  },
  {
    path: 'sign_in.oidc.client_id',
    env: 'EVERYCENT_OIDC_CLIENT_ID',
    fallback: '',
    meaning: 'Who we are to it; it sends back to /sign-in/oidc below public_url.',
  },
  {
    path: '(environment only)',
    env: 'EVERYCENT_OIDC_CLIENT_SECRET',
    fallback: '',
    meaning: 'What it knows us by.',
  },
  {
    path: 'sign_in.oidc.scopes',
    env: 'EVERYCENT_OIDC_SCOPES',
    fallback: 'openid email profile',
    meaning: 'What it is asked for.',
  },
  {
    path: 'sign_in.oidc.label',
    env: 'EVERYCENT_OIDC_LABEL',
    fallback: 'Single sign-on',
    meaning: 'What stands on the button.',
  },
  {
    path: 'sign_in.oidc.for',
    env: 'EVERYCENT_SIGN_IN_OIDC_FOR',
    fallback: 'both',
    meaning: 'Whom it signs in: both, members, staff.',
  },
  {
    path: 'sign_in.oidc.first_time',
    env: 'EVERYCENT_SIGN_IN_OIDC_FIRST_TIME',
    fallback: 'known',
    meaning:
      'Who comes in by it for the first time: known (has the address here), invited, nobody, or domains.',
  },
  {
    path: 'sign_in.oidc.domains',
    env: 'EVERYCENT_SIGN_IN_OIDC_DOMAINS',
    fallback: '',
    meaning:
      'For first_time = domains: whose people become support agents, as example.com, example.org.',
  },
  {
    path: 'sign_in.oidc.private_addresses',
    env: 'EVERYCENT_SIGN_IN_OIDC_PRIVATE_ADDRESSES',
    fallback: 'refused',
    meaning:
      'Whether the names of the issuer and of what it leads to may be inside: refused, allowed. An issuer that is written inside may.',
  },
  {
    path: 'portal.frame_origins',
    env: 'EVERYCENT_PORTAL_FRAME_ORIGINS',
    fallback: '',
    meaning:
      'Sites that may show a portal in a frame, with a space between two: https://app.example.com. Needs public_url with https.',
  },
  {
    path: 'portal.return_origins',
    env: 'EVERYCENT_PORTAL_RETURN_ORIGINS',
    fallback: '',
    meaning: 'Sites that a portal may lead back to (return_url of its link), likewise.',
  },
  {
    path: 'log_level',
    env: 'EVERYCENT_LOG_LEVEL',
    fallback: 'info',
    meaning: LOG_LEVELS.join(', '),
  },
]
