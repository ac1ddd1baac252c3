import type { AlertWords } from './words.ts'

export const alertsEn: AlertWords = {
  titles: {
    window_level: '{window}: {used} % used - {left} % left',
    window_used_up: '{window} is used up: {used} % used - {left} % left',
    window_forecast: '{window} may run out before it resets: {used} % used - {left} % left',
    window_reset: '{window} is open again',
    cap_level: '{cap}: {used} % used - {left} % left',
    cap_used_up: '{cap} is reached: {used} % used - {left} % left',
    cap_forecast: '{cap} may be reached before its period ends: {used} % used - {left} % left',
    paid_use_started: 'Paid use has begun in this billing cycle',
    spend_anomaly: 'Unusual spending in the hour that is running',
    lot_expiring: '{lot} expires soon: {amount} is left',
    paid_use_on: 'Paid use was switched on',
    paid_use_off: 'Paid use was switched off',
    cap_set: '{cap} was set: {amount}',
    cap_removed: 'A spend cap was removed',
    reload_done: 'Auto-reload has charged {total}',
    reload_declined: 'Auto-reload was declined and has stopped',
    endpoint_disabled: 'Notifications to “{name}” have stopped',
    test: 'Test of this notification endpoint',
  },
  lines: {
    account: 'Account: “{name}” ({id}).',
    asOf: 'These figures are as of {date}, entry {seq}.',
    standing: '{used} % used - {left} % left.',
    amounts: '{used} of {limit} used - {left} left.',
    resets: 'Resets {when}.',
    neverResets: 'It never resets.',
    runsOut: 'At the pace so far it runs out {when}.',
    cap: 'The cap: {cap}.',
    windowOpen: 'A new run has begun, with {limit} at list price.',
    windowStarts: 'Starts with your next call; {limit} at list price.',
    paid: '{amount} was drawn from paid credit and overage since the cycle began on {date}.',
    cycleEnds:
      'The cycle ends {when}. You will be told again when paid use begins in the next one.',
    anomaly: '{spent} was spent in this hour; the usual hour of the last seven days costs {usual}.',
    hour: 'The hour began on {date}.',
    lot: '{used} of {limit} used - {left} left.',
    expires: 'Expires {when}. What is left then is lost.',
    changedBy: 'Changed on {date} by “{actor}”. Nothing was charged.',
    entry: 'Journal entry {seq} has the rest.',
    payment: '{amount} of credit plus {tax} of tax. Payment “{payment}”.',
    declined:
      'The payment “{payment}” of {total} was declined (reason “{reason}”). Nothing was charged.',
    endpoint: 'The last attempt ended with “{outcome}”.',
    failingSince: 'No attempt has succeeded since {date}. What is to be told is kept.',
    test: 'You asked for this message. Nothing has happened in your account.',
  },
  next: {
    windowCredit: 'Nothing to do: when it is used up, calls go on with your credit.',
    windowStops:
      'When it is used up, calls stop until it resets. To go on then, add credit and switch paid use on.',
    windowUsedUpCredit:
      'Calls go on with your credit. To stop that, switch paid use off or set a cap.',
    windowUsedUpStops:
      'Calls stop until it resets, and nothing is charged. To go on now, add credit and switch paid use on.',
    cap: 'Calls that would exceed it will be refused. The owner of the account can raise it.',
    capUsedUp:
      'Calls that need money are refused now, and nothing is charged for them. The owner of the account can raise the cap.',
    windowReset: 'You can go on.',
    paidUseStarted: 'If you did not expect this, switch paid use off or set a cap.',
    anomaly:
      'Look at the latest calls; if a key is misused, revoke it. A cap limits what can be spent.',
    lot: 'It is used in the order of expiry without your doing anything.',
    changed: 'If it was not you, change it back and revoke the keys that you do not know.',
    reloadDone: 'To stop it, switch auto-reload off.',
    reloadDeclined: 'Check the payment method, then switch auto-reload on again.',
    endpoint: 'Mend the endpoint and enable it again: what was kept is then sent.',
    test: 'Nothing to do: this endpoint works.',
  },
}
