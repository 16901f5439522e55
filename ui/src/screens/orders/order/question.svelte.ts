// Which question about the order is open. The banner and the buttons open the same dialogs.
export type Question = 'decline' | 'cancel' | 'redraw' | 'complete' | 'propose_refund';

const asked = $state<{ now: Question | null }>({ now: null });

export function askFor(question: Question | null): void {
  asked.now = question;
}

export function askedNow(): Question | null {
  return asked.now;
}
