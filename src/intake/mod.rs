//! How news comes in: pushed, read from the feed or the inbox of a market, or found by listing the orders. All end in the
//! durable inbox; the order, the job or the conversation itself is always read again.

mod doorbell;
mod feed;
mod heartbeat;
mod inbox;
mod late;
mod notifications;
mod pulse;
mod reconcile;
mod serving;
mod worker;

pub use doorbell::Doorbell;
pub use feed::{Feed, FeedPace};
pub use heartbeat::{Heartbeat, LookFirst};
pub use inbox::{Inbox, InboxError, IncomingEvent, Inserted, Via};
pub use notifications::NotificationFeed;
pub use pulse::{Pulse, PulseView};
pub use reconcile::Reconcile;
pub use serving::{CannotServe, Means, ModelMeans, can_serve};
pub use worker::Worker;
