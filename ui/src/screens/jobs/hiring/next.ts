// The one next thing about a posted job, in words.
import type { PostedJobView } from '$lib/backend/generated/contract';
import { number } from '$lib/format';
import { m } from '$lib/paraglide/messages';
import { word } from '$lib/words';

export function nextStep(job: PostedJobView): string {
  const name = job.worker_name ?? m.somebody();
  switch (job.state) {
    case 'open':
      return job.applicants === 0 ? m.jobs_next_wait() : m.jobs_next_choose({ count: job.applicants });
    case 'in_progress':
      return job.rate === null ? m.jobs_worker_free({ name }) : m.jobs_worker({ name, rate: number(job.rate) });
    case 'completed':
      if (job.paid === null && job.worker_id !== null) return m.jobs_next_pay({ name });
      return job.review === 'left' || job.worker_id === null ? m.jobs_next_done() : m.jobs_next_review({ name });
    default:
      return word('jobs_posted_hint', job.state);
  }
}
