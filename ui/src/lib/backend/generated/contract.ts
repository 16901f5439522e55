// Made from src/desk/contract.rs by `cargo xtask types`. Do not edit.

export type Nothing = Record<symbol, never>;

export type ById = { id: string, };

export type StopFile = { order_id: string, name: string, };

export type StallMode = "welcome" | "practice" | "live";

export type StallView = { mode: StallMode, 
/**
 * The name on the stall's sign.
 */
name: string, 
/**
 * Whether the seller has it open.
 */
open: boolean, 
/**
 * What keeps it closed all the same.
 */
closed_now: ClosedNow | null, light: TruthLight, counts: Counts, automation: AutomationMode, language: Language, theme: Theme, 
/**
 * Text size in percent, 100 to 200.
 */
text_size: number, version: string, 
/**
 * True once an order of this stall has been delivered; the first-steps guide ends then.
 */
first_order_done: boolean, 
/**
 * How fast the practice marketplace runs; 1 is as people are. Absent on a real stall.
 */
practice_speed: number | null, };

export type ClosedNow = { 
/**
 * hours, away
 */
by: string, 
/**
 * When it opens again by itself.
 */
opens_at: string | null, };

export type Counts = { needs_you: number, 
/**
 * Threads of all markets with something unread.
 */
messages: number, unread: number, running: number, waiting: number, };

export type TruthLight = { colour: LightColour, 
/**
 * serving, closed, out_of_hours, away, starting, no_account, market_unreachable, key_refused, feed_stale, heartbeat_stale, model_missing, model_key_refused, out_of_credit, disk_full, read_only, storage
 */
reason: string, 
/**
 * Since when the light has this colour.
 */
since: string | null, 
/**
 * Last moment something proved that orders reach us.
 */
proved_at: string | null, };

export type LightColour = "green" | "amber" | "red" | "grey";

export type SetOpen = { open: boolean, };

export type ConnectMarket = { base_url: string | null, key: string, };

export type ConnectModel = { base_url: string | null, key: string, };

export type RegisterMarket = { base_url: string | null, name: string, description: string, owner_email: string, };

export type ImportKeys = { text: string, };

export type ImportFound = { market: Proof | null, model: Proof | null, 
/**
 * Names of the settings taken over, such as `WEBHOOK_PATH`.
 */
settings: Array<string>, 
/**
 * Names that were there but are not known.
 */
unknown: Array<string>, };

export type Proof = { ok: boolean, 
/**
 * key_works, key_refused, unreachable, no_credit, unexpected
 */
code: string, 
/**
 * The account's name, or the key's label.
 */
name: string | null, 
/**
 * What is left, with its unit, such as `12.40 USD` or `100.00 UAT`.
 */
balance: string | null, 
/**
 * The other side's words, for showing; untrusted.
 */
detail: string | null, };

export type TodayView = { needs_you: Array<OrderCard>, running: Array<OrderCard>, latest: Array<OrderCard>, deadlines: Array<OrderCard>, pictures: Array<PictureView>, 
/**
 * In the market's credits.
 */
earned_today: string, in_escrow: string, 
/**
 * In US dollars.
 */
spent_today_usd: string, spend_cap_usd: string | null, orders_missed: number, missed_since: string | null, has_listing: boolean, 
/**
 * Whether the stall is on a market with listings; elsewhere it applies for jobs.
 */
lists: boolean, };

export type Stage = "waiting" | "asking" | "making" | "approving" | "delivered" | "paid" | "closed";

export type OrderCard = { id: string, 
/**
 * agent_market, moltmarket
 */
market: string, market_order_id: string, 
/**
 * The listing's name as the buyer saw it.
 */
title: string, listing_id: string | null, buyer_name: string | null, price: string | null, stage: Stage, 
/**
 * The market's own word.
 */
market_status: string, 
/**
 * check_files, accept, greet, guide, read_brief, draw, keep, check, upload, link, link_again, apologise, tell, tell_again, complete, settle, say, decline, cancel, wait_brief, wait_draft, wait_confirm, wait_retry, wait_capacity, wait_seller, wait_market, wait_address, wait_missed, wait_open, none
 */
next: string, 
/**
 * When the next try is due, if it waits for a time.
 */
next_at: string | null, hold: Hold | null, deadline: Deadline | null, progress: Progress | null, 
/**
 * What the seller noted of the payment of a job's order: none, expected, reported, received, missing; null elsewhere.
 */
payment: string | null, 
/**
 * SHA-256 of the newest picture.
 */
picture: string | null, unread: boolean, paused: boolean, taken_over: boolean, created_at: string, updated_at: string, };

export type Hold = { 
/**
 * accept_failed, read_failed, draw_failed, upload_failed, link_failed, link_not_opened, complete_failed, message_failed, settle_failed, model_missing, no_time, draft_unanswered, unsafe_file, refused_brief, over_cap, over_listing_cap, out_of_credit, key_refused, disputed, cancelled_midway, approve, unclear_outcome, buyer_asks, revision_limit, outgoing_blocked, by_hand, accept_asks, price_low, listing_paused, unknown_status
 */
code: string, 
/**
 * Parameters of the wording, such as `attempts` or `reason`.
 */
detail: { [key in string]: string }, since: string, 
/**
 * The action that settles it: retry, approve, words, hand_back, reply, decline, none
 */
settle: string, };

export type Deadline = { 
/**
 * accept, complete, confirm
 */
kind: string, at: string, 
/**
 * True when the market did not say and we assumed.
 */
estimated: boolean, };

export type Progress = { 
/**
 * check_files, accept, read_brief, guide, draw, keep, check, apologise, upload, tell, complete, settle, say, decline, cancel, send_file, propose_refund
 */
step: string, 
/**
 * Which picture, from 1.
 */
n: number, of: number, started_at: string, 
/**
 * How long this step usually takes here, for a moving bar.
 */
expected_ms: number, };

export type OrderFilter = { 
/**
 * Words in title, buyer, brief or ids.
 */
search: string | null, stage: Stage | null, held_only: boolean, 
/**
 * Show paid and closed orders that were archived.
 */
archived: boolean, after: string | null, limit: number | null, };

export type OrderList = { orders: Array<OrderCard>, 
/**
 * Pass as `after` for the next page.
 */
next: string | null, };

export type OrderView = { card: OrderCard, fee: string | null, payout: string | null, 
/**
 * True when fee and payout are our estimate.
 */
payout_estimated: boolean, cost_usd: string, 
/**
 * What the buyer wrote when ordering; untrusted text.
 */
requirement: string | null, 
/**
 * What is suspicious about it; codes as in a message.
 */
requirement_signs: Array<string>, cancel_reason: string | null, brief: BriefView | null, thread: Array<MessageView>, pictures: Array<PictureView>, files: Array<FileView>, 
/**
 * The public links to its pictures that open now; null when none does.
 */
links: OrderLinks | null, 
/**
 * What files the seller may put on the order now; null when none.
 */
takes_files: FileLimits | null, recorder: Array<RecorderEntry>, 
/**
 * What the seller may do now: take_over, hand_back, pause, resume, retry, approve, words, redraw, decline, cancel, complete, message, propose_refund
 */
actions: Array<string>, revisions_used: number, revisions_allowed: number, 
/**
 * Pictures of other buyers that look like those waiting for the seller's yes, the likest first.
 */
look_alikes: Array<LookAlike>, 
/**
 * Pictures that came otherwise than they were asked for, and went on all the same.
 */
not_as_asked: Array<NotAsAsked>, 
/**
 * What the seller proposed to give back, while the order is disputed; null when nothing was proposed.
 */
refund: RefundView | null, };

export type BriefView = { subject: string, style: string, prompt: string, aspect_ratio: string, count: number, language: string, };

export type OrderLinks = { 
/**
 * Pictures that can be opened.
 */
pictures: number, 
/**
 * When the last of the links stops by itself.
 */
until: string, };

export type Who = "buyer" | "robot" | "seller" | "market";

export type MessageView = { id: string, who: Who, name: string | null, text: string, at: string, 
/**
 * received, sending, sent, unclear, failed
 */
state: string, 
/**
 * What is suspicious about a buyer's words: pay_first, off_platform, asks_secret, refund, phishing, orders, hidden
 */
signs: Array<string>, };

export type FileView = { id: string, name: string, size: number | null, from: Who, high_risk: boolean, };

export type FileLimits = { most_bytes: number, most_files: number, 
/**
 * In lower case, without a dot.
 */
refused_extensions: Array<string>, };

export type RecorderEntry = { id: string, at: string, actor: Who, 
/**
 * news, late_news, deadline_near, order_seen, status, stage, step_begun, step_done, step_failed, step_unclear, retry_set, held, released, not_done, taken_over, handed_back, paused, resumed, approved, redraw
 */
kind: string, step: string | null, 
/**
 * Parameters of the wording: event, attempt, cost_usd, model, prompt, sha256, bytes, reason, until, from, to …
 */
detail: { [key in string]: string }, duration_ms: number | null, };

export type SendMessage = { order_id: string, text: string, };

export type HeldWords = { order_id: string, text: string, };

export type WithReason = { order_id: string, reason: string, };

export type CompleteByHand = { order_id: string, note: string, };

export type Redraw = { order_id: string, prompt: string | null, };

export type RefundView = { 
/**
 * 0 to 100.
 */
percent: number, 
/**
 * What the buyer gets back of the price.
 */
back: string, 
/**
 * What is left of the seller's payout; an estimate where the marketplace names no fee.
 */
left: string, 
/**
 * When it was sent; null when it was only worked out.
 */
sent_at: string | null, };

export type ProposeRefund = { order_id: string, 
/**
 * 0 to 100.
 */
percent: number, };

export type SaveEvidence = { order_id: string, 
/**
 * A whole path that ends in `.zip`.
 */
path: string, };

export type SavedEvidence = { 
/**
 * Delivered pictures that are in it.
 */
pictures: number, 
/**
 * Delivered files whose bytes are not on this computer.
 */
missing: number, };

export type PictureView = { id: string, order_id: string | null, order_title: string | null, buyer_name: string | null, round: number, n: number, 
/**
 * Shown for the buyer's yes; no part of what was ordered.
 */
is_draft: boolean, sha256: string, media_type: string, width: number, height: number, bytes: number, prompt: string, model: string, cost_usd: string | null, 
/**
 * kept, checked, refused, delivered, superseded
 */
state: string, 
/**
 * 0 to 5.
 */
rating: number, created_at: string, };

export type GalleryFilter = { search: string | null, min_rating: number | null, tag: string | null, after: string | null, limit: number | null, };

export type GalleryTile = { id: string, sha256: string, width: number, height: number, 
/**
 * 0 to 5.
 */
rating: number, order_title: string | null, n: number, created_at: string, };

export type GalleryPage = { pictures: Array<GalleryTile>, next: string | null, 
/**
 * How many there are; null on later pages.
 */
total: number | null, 
/**
 * There are more than `total`: a search is counted only so far.
 */
total_is_least: boolean, };

export type PictureDetails = { picture: PictureView, tags: Array<string>, 
/**
 * Pictures other buyers got that look like this one, the likest first.
 */
look_alikes: Array<LookAlike>, 
/**
 * Whether what it looks like is known yet; without it `look_alikes` says nothing.
 */
compared: boolean, 
/**
 * The name it would be sent under, when its order takes files now.
 */
sends_as: string | null, 
/**
 * The next picture to the new end, and to the old one, of everything.
 */
newer: string | null, older: string | null, };

export type LookAlike = { id: string, sha256: string, order_id: string | null, order_title: string | null, buyer_name: string | null, created_at: string, 
/**
 * The very same picture.
 */
same: boolean, 
/**
 * Taken out of the gallery since.
 */
deleted: boolean, };

export type NotAsAsked = { round: number, n: number, 
/**
 * ratio, size
 */
what: Array<string>, 
/**
 * The shape and the size asked for, such as `16:9` and `4K`.
 */
ratio: string, size: string, };

export type TagPicture = { id: string, tag: string, on: boolean, };

export type PictureTags = { tags: Array<string>, };

export type TagList = { tags: Array<TagCount>, };

export type TagCount = { tag: string, pictures: number, };

export type SendPicture = { id: string, name: string, };

export type RatePicture = { id: string, rating: number, };

export type SavePicture = { sha256: string, path: string, };

export type AutomationMode = "automatic" | "ask_before_delivering" | "by_hand";

export type ListingForm = { name: string, description: string, 
/**
 * Whole credits, as text.
 */
price: string, category: string, tags: Array<string>, inventory: number | null, 
/**
 * The look every picture of this listing shares; empty for none.
 */
style: string, 
/**
 * 1:1, 2:3, 3:2, 3:4, 4:3, 9:16, 16:9
 */
aspect_ratio: string, 
/**
 * Pictures per order, 1 to 4.
 */
count: number, 
/**
 * Rounds of changes a buyer may ask for, 0 to 5.
 */
revisions: number, 
/**
 * None follows the stall's setting.
 */
automation: AutomationMode | null, 
/**
 * SHA-256 of an example picture from the gallery, for the preview.
 */
example: string | null, recipe: ListingRecipe, };

export type ListingRecipe = { 
/**
 * Models that read the buyer's words, first choice first; empty as in the settings.
 */
text_models: Array<string>, 
/**
 * Models that draw, first choice first; empty as in the settings.
 */
picture_models: Array<string>, 
/**
 * Most US dollars one order may cost at the model provider, as typed; empty for the stall's cap alone. The smaller one holds.
 */
order_cap_usd: string, 
/**
 * The language of the robot's words to the buyer; None follows the buyer.
 */
language: Language | null, 
/**
 * Every order waits for a yes before it is accepted.
 */
accept_by_hand: boolean, 
/**
 * The buyer gets one cheap picture first, and the others after their yes.
 */
draft_first: boolean, 
/**
 * The model that draws it; empty for the one that draws the others.
 */
draft_model: string, 
/**
 * 1K, 2K, 4K
 */
resolution: string, 
/**
 * Orders for less than this many credits wait for a yes, as typed; empty for none.
 */
least_price: string, 
/**
 * Buyers do not see the listing while all places are taken.
 */
hide_when_full: boolean, };

export type ListingView = { id: string, market_listing_id: string | null, form: ListingForm, 
/**
 * draft, publishing, active, hidden, inactive, offline, pending_review, refused, unclear, other
 */
status: string, 
/**
 * The market's own word.
 */
market_status: string | null, 
/**
 * No order of it is accepted unasked, and buyers do not see it.
 */
paused: boolean, hidden_by_seller: boolean, 
/**
 * seller, pause, full; null while buyers may see it
 */
hidden_why: string | null, 
/**
 * Why the market could not be told yet to hide or show it; null when it was told.
 */
untold: string | null, sold: number | null, views: number | null, problem: ListingProblem | null, updated_at: string, };

export type ListingProblem = { code: string, message: string, fields: Array<string>, categories: Array<string>, reasons: Array<string>, };

export type ListingSave = { 
/**
 * None makes a new draft.
 */
id: string | null, form: ListingForm, };

export type ListingHide = { id: string, hidden: boolean, };

export type ListingPause = { id: string, paused: boolean, };

export type ListingList = { listings: Array<ListingView>, };

export type ListingCheck = { advice: Array<Advice>, 
/**
 * Nothing stands in the way of publishing.
 */
ready: boolean, fee_percent: string, fee: string | null, take_home: string | null, 
/**
 * US dollars one order may cost at the model provider as the form stands: the smaller of the stall's cap and the listing's.
 */
order_cap_usd: string | null, 
/**
 * Whether that cap is the listing's own.
 */
cap_is_listings: boolean, };

export type Advice = { 
/**
 * name, description, price, category, tags, inventory, count, order_cap_usd, least_price, text_models, picture_models
 */
field: string, 
/**
 * empty, too_long, too_short, not_a_number, not_whole, too_low, says_nothing_to_send, says_nothing_delivered, says_no_delivery_way, asks_for_secrets, off_platform, price_below_cost, out_of_range, sold_out, cap_below_cost, cap_stops_all, above_price, too_many_models, good
 */
code: string, 
/**
 * stop, better, good
 */
weight: string, detail: { [key in string]: string }, };

export type ListingMetrics = { 
/**
 * As the market names them.
 */
numbers: { [key in string]: string }, };

export type PracticeBuyer = { listing_id: string, 
/**
 * clear, vague, chinese, changes_mind, in_requirement, cancels, disputes
 */
kind: string, };

export type PracticeSpeed = { speed: number, };

export type PracticeWeather = { 
/**
 * calm, breezy, storm; absent once a slider was moved.
 */
preset: string | null, 
/**
 * The whole number that decides what is struck.
 */
seed: string, sliders: Array<WeatherSlider>, 
/**
 * How often something was struck since the marketplace opened.
 */
strikes: number, };

export type WeatherSlider = { 
/**
 * push_lost, push_repeated, push_late, push_overtaken, push_badly_signed, call_too_many, call_failed_before, call_failed_after, call_cut_before, call_cut_after, call_half_answer, call_slow, market_clock, picture_refused, picture_missing, picture_broken, picture_no_credit, picture_slow
 */
name: string, 
/**
 * news, calls, pictures
 */
group: string, 
/**
 * 0 never, 1 always; absent where only the amount counts.
 */
chance: number | null, 
/**
 * How much of it; absent where there is no more or less.
 */
amount: WeatherAmount | null, };

export type WeatherAmount = { value: number, least: number, most: number, };

export type SetPracticeWeather = { 
/**
 * calm, breezy, storm
 */
preset: string | null, 
/**
 * A whole number; begins the sequence of strikes anew.
 */
seed: string | null, sliders: Array<WeatherSetting>, };

export type WeatherSetting = { name: string, chance: number | null, amount: number | null, };

export type ConnectionView = { market: AccountView | null, model: AccountView | null, push: PushView, feed: Pulse, heartbeat: Pulse, reconcile: Pulse, events: Array<EventView>, 
/**
 * Loopback address of the local interface, `http://127.0.0.1:8000`.
 */
local_address: string | null, 
/**
 * Path news is pushed to.
 */
push_path: string, tunnel: TunnelStatus, links: PictureLinks, orders_missed: number, missed_since: string | null, audit: Audit, 
/**
 * What the light and the public address said, newest first.
 */
changes: Array<ConnectionChange>, 
/**
 * What is wrong with the place of the data, or soon will be.
 */
warnings: Array<DataWarning>, };

export type AccountView = { 
/**
 * agent_market, openrouter
 */
kind: string, name: string, base_url: string, practice: boolean, 
/**
 * Whether a key is kept; never the key.
 */
has_key: boolean, 
/**
 * keychain, file, memory
 */
key_kept_in: string | null, proof: Proof | null, checked_at: string | null, };

export type PushView = { 
/**
 * none, own_address
 */
kind: string, our_url: string | null, market_has: string | null, 
/**
 * True when the market has exactly our address.
 */
matches: boolean, last_at: string | null, received: number, refused: number, };

export type Pulse = { last_at: string | null, ok: boolean, every_seconds: number, 
/**
 * Code of the last failure.
 */
problem: string | null, };

export type EventView = { id: string, event_id: string, kind: string, 
/**
 * push, feed, reconcile
 */
via: string, order_id: string | null, received_at: string, handled_at: string | null, outcome: string | null, };

export type ConnectionTest = { steps: Array<TestStep>, };

export type TestStep = { 
/**
 * key, heartbeat, feed, orders, push_registered, model_key
 */
code: string, ok: boolean, ms: number, detail: string | null, };

export type CheckUp = { findings: Array<CheckFinding>, };

export type CheckFinding = { 
/**
 * disk, keys, clock, open, market, news, sign_of_life, street, model, caps, listings, moltmarket, seller
 */
need: string, 
/**
 * fine, heed, wrong, unknown
 */
standing: string, 
/**
 * disk_full, read_only, storage, disk_low, synced_folder, network_folder, disk_room, disk_unknown, keys_in_memory, keys_in_file, keys_in_keychain, clock_unknown, clock_right, clock_fast, clock_slow, is_open, is_closed, out_of_hours, away, no_account, market_answers, market_key_refused, market_silent, market_failed, news_comes, news_late, news_never, life_told, life_late, life_never, not_yet, street_off, street_opening, street_open, street_untold, street_trouble, model_missing, model_key_refused, model_out_of_credit, model_silent, model_failed, model_credit_low, model_credit, model_answers, no_cap, cap_reached, cap_near, cap_room, nothing_listed, listing_refused, listed, molt_key_refused, molt_unclaimed, molt_read, molt_late, molt_never, nothing_waits, orders_wait
 */
why: string, detail: { [key in string]: string }, 
/**
 * again, open_stall, hours, accounts, top_up, caps, listings, try_street, street, claim, read_moltmarket, orders, data_folder
 */
fix: string | null, };

export type SetPublicAddress = { base_url: string | null, };

export type TunnelStatus = { 
/**
 * off, own, cloudflared, ngrok, ssh
 */
kind: string, 
/**
 * off, opening, open, trouble
 */
state: string, address: string | null, 
/**
 * Since when it is open, or in trouble.
 */
since: string | null, next_try: string | null, 
/**
 * bad_token, program_missing, program_version, wrong_certificate, network_down, host_key_unknown, host_key_changed, login_refused, key_unusable, no_agent, refused, address_taken, bad_address, this_computer, not_reachable, ended
 */
problem: string | null, 
/**
 * What belongs to the code, such as the version that was found.
 */
problem_detail: { [key in string]: string }, probed_at: string | null, 
/**
 * Whether the address led here when it was last asked.
 */
probe_right: boolean, 
/**
 * untold, telling, told, failed
 */
registration: string, 
/**
 * Why the market could not be told.
 */
registration_problem: string | null, 
/**
 * Whether news is pushed now, as far as is known.
 */
carries_news: boolean, 
/**
 * The server's key that waits for the seller's yes.
 */
host_key: string | null, 
/**
 * The key that was confirmed before.
 */
confirmed_host_key: string | null, 
/**
 * Where cloudflared was found.
 */
cloudflared_found: string | null, 
/**
 * Whether the environment decides and nothing can be chosen here.
 */
is_fixed: boolean, has_ngrok_token: boolean, has_cloudflared_token: boolean, has_ssh_passphrase: boolean, fields: TunnelFields, };

export type TunnelFields = { own_address: string, ngrok_domain: string, 
/**
 * A company's own connect address, `host:port`.
 */
ngrok_server: string, 
/**
 * The authority its certificate is checked against, as PEM.
 */
ngrok_authority: string, cloudflared_program: string, 
/**
 * Of a tunnel made on Cloudflare's page; empty for a quick one.
 */
cloudflared_address: string, cloudflared_local_port: number, ssh_host: string, ssh_port: number, ssh_user: string, 
/**
 * Empty for the agent's keys.
 */
ssh_key_file: string, ssh_listen_address: string, ssh_listen_port: number, ssh_address: string, };

export type TunnelSave = { 
/**
 * off, own, cloudflared, ngrok, ssh
 */
kind: string, fields: TunnelFields, 
/**
 * The token or passphrase of the chosen kind; null keeps the one there is, empty forgets it.
 */
secret: string | null, };

export type PictureLinks = { 
/**
 * auto, own_address, bucket
 */
choice: string, 
/**
 * What is used now: own_address, bucket, none
 */
way: string, has_own_address: boolean, 
/**
 * Whether the bucket's key is kept; never the key.
 */
has_keys: boolean, 
/**
 * Whether the bucket can be used.
 */
is_ready: boolean, bucket: BucketFields | null, };

export type BucketFields = { 
/**
 * The service's address without the bucket.
 */
endpoint: string, region: string, name: string, 
/**
 * The folder in it; may be empty.
 */
prefix: string, 
/**
 * The bucket's name stands in the path, not before the host.
 */
path_style: boolean, };

export type BucketSave = { 
/**
 * auto, own_address, bucket
 */
choice: string, 
/**
 * None: there is no bucket.
 */
fields: BucketFields | null, 
/**
 * Both parts of the key, or neither to keep the one there is.
 */
key_id: string | null, secret: string | null, };

export type BucketTest = { ok: boolean, at: string, 
/**
 * bucket_put, bucket_open, bucket_private, bucket_remove; the detail is the problem's code
 */
steps: Array<TestStep>, };

export type HostKeyConfirm = { host_key: string, };

export type Audit = { 
/**
 * When all open orders were last compared with the marketplace.
 */
compared_at: string | null, is_fresh: boolean, 
/**
 * How often they were compared since the stall was opened.
 */
comparisons: number, 
/**
 * Orders neither pushed nor in the feed: found by comparing, and served all the same.
 */
found: number, 
/**
 * The newest of them.
 */
orders: Array<FoundOrder>, };

export type FoundOrder = { order_id: string | null, title: string, found_at: string, };

export type ConnectionChange = { at: string, 
/**
 * light, tunnel
 */
subject: string, 
/**
 * green, amber, red, grey; off, opening, open, trouble
 */
state: string, 
/**
 * A code; empty when there is none.
 */
reason: string, };

export type Language = "en" | "zh-CN";

export type Theme = "system" | "light" | "dark";

export type SettingsView = { values: SettingsForm, accounts: Array<AccountView>, data_folder: string, 
/**
 * Settings given by environment names; they win over the form.
 */
fixed_by_environment: Array<string>, 
/**
 * Messages of the seller's own that hold what buyers should not be sent; they are sent all the same.
 */
template_warnings: Array<TemplateWarning>, };

export type TemplateWarning = { key: string, language: Language, 
/**
 * key, seed_phrase, link, email, path, payment, contact
 */
found: string, };

export type SettingsForm = { stall_name: string, language: Language, theme: Theme, text_size: number, automation: AutomationMode, 
/**
 * Most waiting orders taken on at once.
 */
max_running: number, hours: OpeningHours, text_models: Array<string>, picture_models: Array<string>, 
/**
 * chat, images
 */
picture_route: string, 
/**
 * US dollars, as text; empty for no cap.
 */
cap_per_order_usd: string, cap_per_day_usd: string, 
/**
 * US dollars one credit is worth, for estimates.
 */
credit_usd: string, revisions: number, 
/**
 * How often MoltMarket's inbox is read, 1 to 60.
 */
moltmarket_minutes: number, notices: NoticeSwitches, templates: Array<Template>, };

export type NoticeSwitches = { buyer_message: boolean, order_received: boolean, needs_you: boolean, paid: boolean, 
/**
 * Nothing but what needs the seller, whatever the others say.
 */
only_needs_you: boolean, 
/**
 * Whether there are quiet hours; what comes in them is told in one notice when they end.
 */
quiet: boolean, 
/**
 * `22:00`; a later beginning than end goes over midnight.
 */
quiet_from: string, quiet_until: string, };

export type OpeningHours = { 
/**
 * Without, it is open around the clock.
 */
kept: boolean, 
/**
 * Days they begin on, Monday first.
 */
days: [boolean, boolean, boolean, boolean, boolean, boolean, boolean], 
/**
 * `09:00`. The same twice is the whole day; a later beginning than end goes over midnight.
 */
from: string, until: string, 
/**
 * `2026-12-24`: away until the day before; empty when not away.
 */
back_on: string, };

export type Template = { 
/**
 * started, guide, guide_again, draft, delivered, apology, changed, job_apology, job_delivered, job_changed
 */
key: string, language: Language, text: string, };

export type ModelChoices = { text: Array<ModelChoice>, picture: Array<ModelChoice>, };

export type ModelChoice = { id: string, name: string, 
/**
 * Such as `about 0.04 USD a picture`; numbers only, the screen words it.
 */
price_usd: string | null, 
/**
 * Day the provider retires it.
 */
retires: string | null, 
/**
 * Can be shown a picture beside the words, such as the draft.
 */
takes_pictures: boolean, };

export type MoltView = { 
/**
 * none, opening, unclaimed, open
 */
status: string, 
/**
 * key_refused, market_unreachable, not_connected
 */
trouble: string | null, base_url: string, practice: boolean, name: string, own_id: string, 
/**
 * When it was connected first.
 */
since: string | null, 
/**
 * The key comes from the environment of the program, so that a screen can neither change nor forget it.
 */
by_environment: boolean, 
/**
 * keychain, file, memory; null without a key of one's own
 */
key_kept_in: string | null, 
/**
 * Where the owner claims the account, and the word to type there, until it is claimed.
 */
claim_url: string | null, claim_code: string | null, 
/**
 * Reading the inbox.
 */
inbox: Pulse, 
/**
 * When it was last tried, and when it is tried again by itself.
 */
inbox_tried_at: string | null, inbox_next_at: string | null, profile: MoltProfile | null, 
/**
 * The change that waits to be sent. Exactly this is sent.
 */
pending: MoltPending | null, rules: MoltRules | null, news: Array<EventView>, budgets: Array<MoltBudget>, unread: number, 
/**
 * Letters that wait, are held or failed.
 */
outbox: number, };

export type MoltConnect = { base_url: string | null, key: string, };

export type MoltRegister = { base_url: string | null, name: string, description: string, capabilities: Array<string>, 
/**
 * The seller has seen the market's terms, which registering accepts.
 */
terms_seen: boolean, };

export type MoltProfile = { name: string | null, description: string | null, capabilities: Array<string>, avatar_url: string | null, wallets: Array<MoltWallet>, rating: number | null, review_count: number | null, verified: boolean, profile_url: string | null, };

export type MoltWallet = { 
/**
 * eth, btc
 */
kind: string, address: string, };

export type MoltProfileForm = { description: string | null, capabilities: Array<string> | null, avatar_url: string | null, wallets: Array<MoltWallet> | null, };

export type MoltProfileCheck = { 
/**
 * Each with `field` in its detail, such as `wallets[0]`.
 */
problems: Array<DeskError>, };

export type MoltPending = { form: MoltProfileForm, 
/**
 * The version of the rules that is acknowledged with it.
 */
skill_version: string | null, since: string | null, 
/**
 * When it can be sent, if not now.
 */
next_at: string | null, 
/**
 * Code of why the market did not take it.
 */
problem: string | null, };

export type MoltRules = { own_version: string | null, current_version: string, last_updated: string | null, summary: string | null, changes: Array<MoltRuleChange>, document_url: string | null, 
/**
 * The seller has acknowledged it, and the market will be told.
 */
acknowledged: boolean, };

export type MoltRuleChange = { version: string, date: string | null, summary: string | null, };

export type AcknowledgeRules = { version: string, };

export type MoltBudget = { 
/**
 * The market's function, such as `send-message`.
 */
operation: string, 
/**
 * What it counts by itself, such as one job.
 */
subject: string | null, 
/**
 * Its title, where it is known; untrusted text.
 */
subject_title: string | null, used: number, limit: number, window_seconds: number, 
/**
 * When the next use is possible; `null` when it is possible now.
 */
free_again_at: string | null, };

export type MoltBudgets = { budgets: Array<MoltBudget>, };

export type PeoplePage = { 
/**
 * 1 to 100; 50 when absent.
 */
limit: number | null, offset: number | null, };

export type Conversations = { conversations: Array<ConversationCard>, total: number, unread: number, 
/**
 * Letters that wait, are on their way, held or failed; those to somebody new stand nowhere else.
 */
outbox: Array<Letter>, };

export type ConversationCard = { id: string, person_id: string | null, name: string | null, is_ai: boolean | null, job_id: string | null, last: Letter | null, newest_at: string | null, unread: number, 
/**
 * There is more on the market than was read so far.
 */
reading: boolean, };

export type ConversationView = { card: ThreadCard, letters: Array<Letter>, 
/**
 * `people.older` brings them.
 */
has_older: boolean, };

export type Letter = { id: string, conversation_id: string | null, to_id: string | null, 
/**
 * them, seller, robot
 */
who: string, name: string | null, text: string, 
/**
 * Never loaded by itself: shown as an address.
 */
image_url: string | null, 
/**
 * received, waiting, sending, sent, held, failed
 */
state: string, 
/**
 * Why it waits, is held or failed: a leak's code, `market_budget`, `unclear`, another `market_*` code.
 */
problem: string | null, 
/**
 * The words a held letter was held for, where they can be named.
 */
found: string | null, 
/**
 * Nobody would send this on purpose: a key, a seed phrase or a path.
 */
secret: boolean, at: string, 
/**
 * Codes of signs of a scam, in what others wrote.
 */
signs: Array<string>, };

export type LetterForm = { conversation_id: string, text: string, image_url: string | null, 
/**
 * Made by the screen for each letter: the same key is never sent twice.
 */
key: string, };

export type StartForm = { person_id: string, job_id: string | null, text: string, image_url: string | null, key: string, };

export type AgentSearch = { 
/**
 * all, ai, human
 */
kind: string | null, verified: boolean | null, skills: Array<string>, limit: number | null, offset: number | null, };

export type AgentList = { agents: Array<AgentView>, total: number | null, next_offset: number | null, };

export type AgentView = { id: string, name: string | null, is_ai: boolean | null, verified: boolean, featured: boolean, skills: Array<string>, rating: number | null, review_count: number | null, hourly_rate: string | null, response_time: string | null, bio: string | null, profile_url: string | null, capabilities: Array<string>, wallets: Array<MoltWallet>, reviews: Array<AgentReview>, 
/**
 * Codes of signs of a scam in what they say of themselves.
 */
signs: Array<string>, };

export type AgentReview = { rating: number | null, text: string | null, reviewer: string | null, at: string | null, };

export type ReportForm = { person_id: string, 
/**
 * scam, harassment, prohibited_content, impersonation, other
 */
reason: string, details: string | null, };

export type ThreadFilter = { 
/**
 * all, unread, unanswered, needs_you; all when absent
 */
only: string | null, 
/**
 * Words in names, titles and what was said.
 */
search: string | null, after: string | null, 
/**
 * 1 to 100; 50 when absent.
 */
limit: number | null, };

export type ThreadList = { threads: Array<ThreadCard>, 
/**
 * Pass as `after` for the next page.
 */
next: string | null, 
/**
 * Threads with something unread, of all there are.
 */
unread: number, 
/**
 * First letters to somebody that did not go yet; they stand in no thread. Only on the first page of all.
 */
first_letters: Array<Letter>, 
/**
 * none, unclaimed, open
 */
molt: string, };

export type ThreadCard = { 
/**
 * conversation, order
 */
kind: string, 
/**
 * Of the conversation or the order.
 */
id: string, person_id: string | null, name: string | null, is_ai: boolean | null, 
/**
 * Of the order, or of the job the conversation is about.
 */
title: string | null, stage: Stage | null, job_id: string | null, 
/**
 * The order itself, or the one that was made of the job.
 */
order_id: string | null, last: LastWords | null, newest_at: string | null, unread: number, 
/**
 * held, failed, order
 */
needs_you: string | null, 
/**
 * There is more on the market than was read so far.
 */
reading: boolean, };

export type LastWords = { 
/**
 * them, robot, seller, market
 */
who: string, text: string, };

export type OlderLetters = { conversation_id: string, 
/**
 * The oldest letter that is shown.
 */
before: string, };

export type LetterPage = { letters: Array<Letter>, has_older: boolean, };

export type TakenBack = { text: string, image_url: string | null, };

export type PublicPicture = { address: string, expires_at: string, 
/**
 * own_address (opens while the stall is open), bucket
 */
way: string, };

export type SuggestReply = { 
/**
 * conversation, order
 */
kind: string, 
/**
 * Of the conversation or the order.
 */
id: string, };

export type SuggestedReply = { text: string, };

export type SavedReply = { name: string, 
/**
 * `{name}`, `{about}`, `{stall}` are filled in.
 */
text: string, };

export type SavedReplies = { replies: Array<SavedReply>, };

export type JobFilter = { 
/**
 * open when absent; in_progress, completed, cancelled, all
 */
status: string | null, 
/**
 * ai, human, or both when absent
 */
poster: string | null, promoted: boolean | null, skills: Array<string>, budget_min: string | null, budget_max: string | null, };

export type JobSearch = { filter: JobFilter, offset: number, };

export type JobList = { jobs: Array<JobView>, total: number | null, next_offset: number | null, 
/**
 * Applications sent in 24 hours, the stall's own limit, and the market's.
 */
sent_today: number, own_limit: number, market_limit: number, };

export type JobView = { id: string, title: string, description: string, skills: Array<string>, 
/**
 * Bare numbers: the market names no currency.
 */
budget_min: string | null, budget_max: string | null, timeline: string | null, promoted: boolean, 
/**
 * In the market's word.
 */
status: string | null, deadline_at: string | null, deadline_timezone: string | null, success_criteria: Array<string>, poster_id: string | null, poster_name: string | null, poster_is_ai: boolean | null, poster: ProfileView | null, application_count: number | null, created_at: string | null, url: string | null, 
/**
 * 0 to 100
 */
fit: number, reasons: Array<FitReasonView>, 
/**
 * yes, yes_bucket, needs_public_address, text_only, needs_upload, needs_service, needs_source_files
 */
delivery: string, 
/**
 * The seller has to say yes to applying all the same.
 */
needs_yes: boolean, application: ApplicationView | null, };

export type FitReasonView = { 
/**
 * picture_job, text_job, skills_common, skills_none, budget_unknown, budget_covers, budget_tight, budget_below_cost, criteria_none, criteria_fine, criterion_unmet, description_elsewhere, poster_good, poster_fair, poster_poor, poster_unknown, poster_verified, sign, language_ours, language_other, not_open, deadline_past, deadline_soon, deadline_far
 */
code: string, points: number, detail: { [key in string]: string }, };

export type ProfileView = { id: string, name: string | null, is_ai: boolean | null, verified: boolean, skills: Array<string>, rating: number | null, review_count: number | null, hourly_rate: string | null, bio: string | null, profile_url: string | null, reviews: Array<ReviewView>, };

export type ReviewView = { rating: number | null, text: string | null, by: string | null, created_at: string | null, };

export type WalletView = { 
/**
 * eth, btc, or the market's word
 */
kind: string, address: string, };

export type JobHistoryLine = { at: string, 
/**
 * robot, seller, market
 */
who: string, 
/**
 * The state it came to, or what was done.
 */
kind: string, reason: string, };

export type CriterionView = { text: string, 
/**
 * The seller has seen to it. Only told of an application that is read by itself.
 */
ticked: boolean, };

export type ApplicationView = { id: string, job_id: string, title: string, letter: string, rate: string | null, 
/**
 * draft, sending, pending, accepted, rejected, gone, held, failed
 */
state: string, 
/**
 * Why it stands so, as a code; may be empty.
 */
reason: string, job_status: string | null, 
/**
 * The job as it was when it was read last. Its texts are a stranger's.
 */
description: string, criteria: Array<CriterionView>, deadline_at: string | null, deadline_timezone: string | null, poster_id: string | null, poster_name: string | null, poster_wallets: Array<WalletView>, accepted_at: string | null, delivered_at: string | null, reminders: number, order_id: string | null, 
/**
 * none, expected, reported, received, missing
 */
payment: string, payment_amount: string | null, payment_note: string, 
/**
 * none, proposed, sending, left, failed
 */
review: string, review_rating: number | null, review_text: string, created_at: string, updated_at: string, 
/**
 * Empty in lists.
 */
history: Array<JobHistoryLine>, };

export type ApplicationList = { applications: Array<ApplicationView>, };

export type SavedSearchView = { id: string, name: string, filter: JobFilter, looked_at: string | null, };

export type SavedSearchList = { searches: Array<SavedSearchView>, };

export type SaveSearch = { id: string | null, name: string, filter: JobFilter, };

export type LetterView = { text: string, by_model: boolean, 
/**
 * Why the model wrote none: model_missing, over_cap, refused, unusable, or a model_ code.
 */
reason: string | null, };

export type ApplyForJob = { job_id: string, letter: string, rate: string | null, 
/**
 * The seller applies although it cannot be handed over now.
 */
yes: boolean, 
/**
 * Keep it as a draft; send nothing.
 */
draft: boolean, };

export type SendHeldLetter = { id: string, yes: boolean, };

export type TickCriterion = { 
/**
 * The application's id.
 */
id: string, 
/**
 * Its place in the list, from 0.
 */
criterion: number, ticked: boolean, };

export type MarkPayment = { id: string, 
/**
 * none, expected, reported, received, missing
 */
payment: string, amount: string | null, note: string, };

export type LeaveReview = { id: string, 
/**
 * 1 to 5
 */
rating: number, text: string, };

export type JobSettingsForm = { 
/**
 * by_hand, draft_letters, automatic
 */
mode: string, 
/**
 * 1 to 20
 */
most_a_day: number, 
/**
 * 0 to 100
 */
least_fit: number, };

export type JobForm = { 
/**
 * 5 to 200 characters
 */
title: string, 
/**
 * 20 to 10,000 characters
 */
description: string, 
/**
 * At most 20 of 100 characters.
 */
skills: Array<string>, 
/**
 * Bare numbers; may be empty.
 */
budget_min: string, budget_max: string, 
/**
 * At most 20 of 500 characters.
 */
success_criteria: Array<string>, 
/**
 * An instant; may be empty.
 */
deadline_at: string, 
/**
 * A name such as Asia/Shanghai; may be empty.
 */
deadline_timezone: string, 
/**
 * At most 200 characters.
 */
timeline: string, };

export type PostJob = { id: string | null, form: JobForm, 
/**
 * Keep it as a draft; post nothing.
 */
draft: boolean, };

export type EditJob = { id: string, form: JobForm, };

export type PostedJobView = { id: string, market_job_id: string | null, form: JobForm, 
/**
 * draft, posting, refused, open, in_progress, completed, cancelled, other
 */
state: string, 
/**
 * In the market's word.
 */
market_status: string | null, 
/**
 * Why the market did not take it, as a code; may be empty.
 */
problem: string, worker_id: string | null, worker_name: string | null, worker_wallets: Array<WalletView>, rate: string | null, opinion: OpinionView | null, paid: PaidView | null, 
/**
 * none, proposed, sending, left, failed
 */
review: string, review_rating: number | null, review_text: string, applicants: number, created_at: string, updated_at: string, 
/**
 * Empty in lists.
 */
history: Array<JobHistoryLine>, };

export type PostedJobList = { jobs: Array<PostedJobView>, };

export type ApplicantView = { 
/**
 * The application's id.
 */
id: string, person_id: string | null, name: string | null, is_ai: boolean | null, verified: boolean, rating: number | null, review_count: number | null, letter: string, rate: string | null, 
/**
 * In the market's word.
 */
status: string, wallets: Array<WalletView>, 
/**
 * What is odd about the letter: pay_first, off_platform, asks_secret, refund, phishing, orders, hidden
 */
signs: Array<string>, profile: ProfileView | null, applied_at: string | null, };

export type ApplicantList = { applicants: Array<ApplicantView>, };

export type DecideApplicant = { id: string, application_id: string, accept: boolean, 
/**
 * The seller knows that accepting promises payment.
 */
yes: boolean, 
/**
 * Said to the applicant; may be empty.
 */
word: string, };

export type OpinionView = { criteria: Array<CriterionOpinion>, 
/**
 * Messages of the worker that were looked at.
 */
messages: number, };

export type CriterionOpinion = { criterion: string, 
/**
 * met, not_met, unclear
 */
verdict: string, why: string, };

export type MarkPaid = { id: string, 
/**
 * eth, btc
 */
kind: string, address: string, amount: string, note: string, };

export type PaidView = { kind: string, address: string, amount: string, note: string, at: string, };

export type FinishJob = { id: string, 
/**
 * Completed, else cancelled.
 */
completed: boolean, 
/**
 * What was paid; the agreed rate when absent.
 */
amount: string | null, };

export type MoneySpan = { 
/**
 * week, month, weeks12, all
 */
span: string, };

export type MoneyView = { span: string, from: string, 
/**
 * The end, without this instant.
 */
to: string, 
/**
 * day, week: how long each bar is
 */
step: string, 
/**
 * Play money of the practice stall.
 */
practice: boolean, 
/**
 * When anything first moved or was ordered; null when nothing ever was.
 */
first_at: string | null, 
/**
 * US dollars one credit is worth to the seller.
 */
credit_usd: string, 
/**
 * One for each market that was ever connected.
 */
books: Array<MoneyBook>, 
/**
 * US dollars, on all markets.
 */
spent_usd: string, caps: MoneyCaps, 
/**
 * Null without a model account.
 */
model: ModelMoney | null, };

export type MoneyBook = { 
/**
 * agent_market, moltmarket
 */
market: string, 
/**
 * UAT; null where the market names no currency and moves no money.
 */
currency: string | null, total: MoneySums, 
/**
 * Now: in escrow; on MoltMarket agreed and not yet received.
 */
awaited: string, 
/**
 * Now: agreed, and the seller misses it.
 */
missing: string, 
/**
 * Payments by hand whose amount was not noted; they are in no sum.
 */
unknown: number, 
/**
 * Every day or week of the span, the oldest first.
 */
bars: Array<MoneyBar>, 
/**
 * The most earned first.
 */
listings: Array<ListingMoney>, };

export type MoneySums = { 
/**
 * After the market's fee.
 */
earned: string, fees: string, refunded: string, 
/**
 * Noted as paid by hand to those who were hired.
 */
paid_out: string, spent_usd: string, 
/**
 * Earned less refunds in the worth of a credit, less what models cost; null without a currency.
 */
profit_usd: string | null, };

export type MoneyBar = { from: string, to: string, sums: MoneySums, };

export type ListingMoney = { 
/**
 * listing, jobs, letters, tasks, other
 */
kind: string, 
/**
 * The listing, while there is one.
 */
id: string | null, 
/**
 * Its name, or what its orders were called; may be empty.
 */
name: string, 
/**
 * Orders paid in the span.
 */
paid: number, sums: MoneySums, };

export type MoneyCaps = { 
/**
 * Null for no cap.
 */
day: string | null, 
/**
 * Spent and reserved since the day of the cap began.
 */
day_used: string, 
/**
 * When the next day of the cap begins.
 */
day_until: string, order: string | null, 
/**
 * The order at work that cost most so far.
 */
costliest: CostliestOrder | null, };

export type CostliestOrder = { id: string, title: string, used: string, };

export type ModelMoney = { 
/**
 * US dollars when it was looked at; null where the provider did not say.
 */
balance: string | null, seen_at: string | null, 
/**
 * Spent by this stall since.
 */
spent_since: string, 
/**
 * low, out_of_credit, key_refused
 */
warning: string | null, };

export type MoneyLook = { 
/**
 * Whether it was asked: what is known is fresh otherwise.
 */
asked: boolean, };

export type SaveMoney = { 
/**
 * week, month, weeks12, all
 */
span: string, 
/**
 * A whole path that ends in `.csv`; null to be given the text.
 */
path: string | null, };

export type SavedMoney = { 
/**
 * Lines below the head.
 */
lines: number, 
/**
 * The whole table, when no path was given.
 */
text: string | null, };

export type SearchFor = { words: string, 
/**
 * Of each kind, 1 to 20; 5 when absent.
 */
limit: number | null, };

export type SearchFound = { 
/**
 * By kind, the newest of each first.
 */
hits: Array<SearchHit>, };

export type SearchHit = { 
/**
 * order, message, letter, conversation, listing, picture, application, posted, person
 */
kind: string, 
/**
 * What to open: of a message its order, of a letter its conversation, of a person the market's id, else its own.
 */
id: string, 
/**
 * What it is called; untrusted text.
 */
title: Array<ExcerptPart>, 
/**
 * Where the words stand; untrusted text, may be empty.
 */
excerpt: Array<ExcerptPart>, 
/**
 * Who bought or wrote it; untrusted text.
 */
name: string | null, 
/**
 * SHA-256 of a picture.
 */
sha256: string | null, at: string | null, };

export type ExcerptPart = { text: string, 
/**
 * One of the words that were looked for.
 */
found: boolean, };

export type DataView = { folder: string, 
/**
 * Newest first.
 */
backups: Array<BackupView>, warnings: Array<DataWarning>, 
/**
 * The archive of everything that was asked for last, since the program was started.
 */
export: ExportView | null, };

export type ExportView = { path: string, 
/**
 * running, made, stopped, disk_full, read_only, storage
 */
state: string, 
/**
 * Rows and pictures written, of how many.
 */
done: number, total: number, 
/**
 * Of the archive once it is made.
 */
bytes: string | null, pictures: number, 
/**
 * Pictures whose files are not on this computer.
 */
missing: number, };

export type BackupView = { 
/**
 * Its file's name.
 */
id: string, 
/**
 * daily, update, hand, replaced
 */
kind: string, made_at: string, bytes: string, };

export type DataWarning = { 
/**
 * disk_full, read_only, storage, disk_low, synced_folder, network_folder
 */
code: string, 
/**
 * The parameter of the wording: the program's name, the kind of network, or megabytes left.
 */
what: string, };

export type HelpFile = { path: string, 
/**
 * All of it, so that it can be looked at before it is sent.
 */
text: string, };

export type DeskEvent = { "kind": "stall_changed" } | { "kind": "export_changed" } | { "kind": "order_changed", id: string, } | { "kind": "file_progress", order_id: string, name: string, sent: number, total: number, } | { "kind": "message_received", order_id: string, } | { "kind": "picture_made", order_id: string | null, sha256: string, } | { "kind": "listing_changed", id: string, } | { "kind": "application_changed", id: string, } | { "kind": "application_accepted", id: string, } | { "kind": "posted_job_changed", id: string, } | { "kind": "jobs_found", search_id: string, count: number, } | { "kind": "connection_changed" } | { "kind": "molt_changed" } | { "kind": "letter_received", conversation_id: string, } | { "kind": "people_changed" } | { "kind": "settings_changed" } | { "kind": "open_order", id: string, };

export type DeskError = { 
/**
 * not_found, invalid, conflict, unknown_command, storage, disk_full, read_only, damaged, newer_data, market_*, wallet_*, model_*, content_policy, rate_limited, out_of_credits, key_refused, outgoing_blocked, refused_here, unclear, practice_failed, not_now, molt_closed, molt_practice, needs_yes, own_limit, over_cap, model_missing, internal
 */
code: string, 
/**
 * One English sentence, for logs and as a last resort.
 */
message: string, 
/**
 * Parameters of the wording, such as `field` or `seconds`.
 */
detail: { [key in string]: string }, };

export interface Commands {
  "stall.get": { request: Nothing; response: StallView };
  "stall.set_open": { request: SetOpen; response: StallView };
  "welcome.practise": { request: Nothing; response: StallView };
  "welcome.leave_practice": { request: Nothing; response: StallView };
  "welcome.check_market": { request: ConnectMarket; response: Proof };
  "welcome.check_model": { request: ConnectModel; response: Proof };
  "welcome.connect_market": { request: ConnectMarket; response: Proof };
  "welcome.connect_model": { request: ConnectModel; response: Proof };
  "welcome.register_market": { request: RegisterMarket; response: Proof };
  "welcome.import": { request: ImportKeys; response: ImportFound };
  "today.get": { request: Nothing; response: TodayView };
  "orders.list": { request: OrderFilter; response: OrderList };
  "orders.get": { request: ById; response: OrderView };
  "orders.seen": { request: ById; response: Nothing };
  "orders.take_over": { request: ById; response: Nothing };
  "orders.hand_back": { request: ById; response: Nothing };
  "orders.pause": { request: ById; response: Nothing };
  "orders.resume": { request: ById; response: Nothing };
  "orders.retry": { request: ById; response: Nothing };
  "orders.approve": { request: ById; response: Nothing };
  "orders.redraw": { request: Redraw; response: Nothing };
  "orders.message": { request: SendMessage; response: MessageView };
  "orders.send_words": { request: HeldWords; response: Nothing };
  "orders.decline": { request: WithReason; response: Nothing };
  "orders.cancel": { request: WithReason; response: Nothing };
  "orders.complete": { request: CompleteByHand; response: Nothing };
  "orders.refund": { request: ProposeRefund; response: RefundView };
  "orders.propose_refund": { request: ProposeRefund; response: Nothing };
  "orders.save_evidence": { request: SaveEvidence; response: SavedEvidence };
  "gallery.list": { request: GalleryFilter; response: GalleryPage };
  "gallery.get": { request: ById; response: PictureDetails };
  "gallery.tags": { request: Nothing; response: TagList };
  "gallery.tag": { request: TagPicture; response: PictureTags };
  "gallery.delete": { request: ById; response: Nothing };
  "gallery.undelete": { request: ById; response: Nothing };
  "gallery.send": { request: SendPicture; response: FileView };
  "gallery.rate": { request: RatePicture; response: Nothing };
  "gallery.save": { request: SavePicture; response: Nothing };
  "listings.list": { request: Nothing; response: ListingList };
  "listings.get": { request: ById; response: ListingView };
  "listings.check": { request: ListingForm; response: ListingCheck };
  "listings.save": { request: ListingSave; response: ListingView };
  "listings.publish": { request: ById; response: ListingView };
  "listings.hide": { request: ListingHide; response: ListingView };
  "listings.pause": { request: ListingPause; response: ListingView };
  "listings.delete": { request: ById; response: Nothing };
  "listings.refresh": { request: Nothing; response: ListingList };
  "listings.metrics": { request: ById; response: ListingMetrics };
  "jobs.search": { request: JobSearch; response: JobList };
  "jobs.get": { request: ById; response: JobView };
  "jobs.saved_list": { request: Nothing; response: SavedSearchList };
  "jobs.saved_save": { request: SaveSearch; response: SavedSearchView };
  "jobs.saved_delete": { request: ById; response: Nothing };
  "jobs.draft_letter": { request: ById; response: LetterView };
  "jobs.apply": { request: ApplyForJob; response: ApplicationView };
  "jobs.send_held": { request: SendHeldLetter; response: ApplicationView };
  "jobs.discard": { request: ById; response: Nothing };
  "jobs.applications": { request: Nothing; response: ApplicationList };
  "jobs.application": { request: ById; response: ApplicationView };
  "jobs.tick": { request: TickCriterion; response: ApplicationView };
  "jobs.payment": { request: MarkPayment; response: ApplicationView };
  "jobs.review": { request: LeaveReview; response: ApplicationView };
  "jobs.settings": { request: Nothing; response: JobSettingsForm };
  "jobs.set_settings": { request: JobSettingsForm; response: JobSettingsForm };
  "hiring.post": { request: PostJob; response: PostedJobView };
  "hiring.edit": { request: EditJob; response: PostedJobView };
  "hiring.discard": { request: ById; response: Nothing };
  "hiring.list": { request: Nothing; response: PostedJobList };
  "hiring.get": { request: ById; response: PostedJobView };
  "hiring.applicants": { request: ById; response: ApplicantList };
  "hiring.decide": { request: DecideApplicant; response: PostedJobView };
  "hiring.opinion": { request: ById; response: OpinionView };
  "hiring.paid": { request: MarkPaid; response: PostedJobView };
  "hiring.finish": { request: FinishJob; response: PostedJobView };
  "hiring.review": { request: LeaveReview; response: PostedJobView };
  "practice.buyer": { request: PracticeBuyer; response: Nothing };
  "practice.speed": { request: PracticeSpeed; response: StallView };
  "practice.weather": { request: Nothing; response: PracticeWeather };
  "practice.set_weather": { request: SetPracticeWeather; response: PracticeWeather };
  "connection.get": { request: Nothing; response: ConnectionView };
  "connection.check_up": { request: Nothing; response: CheckUp };
  "connection.test": { request: Nothing; response: ConnectionTest };
  "connection.set_public_address": { request: SetPublicAddress; response: ConnectionView };
  "connection.tunnel_save": { request: TunnelSave; response: ConnectionView };
  "connection.tunnel_test": { request: Nothing; response: ConnectionView };
  "connection.host_key_confirm": { request: HostKeyConfirm; response: ConnectionView };
  "connection.bucket_save": { request: BucketSave; response: ConnectionView };
  "connection.bucket_test": { request: BucketSave; response: BucketTest };
  "connection.bucket_forget": { request: Nothing; response: ConnectionView };
  "orders.stop_file": { request: StopFile; response: Nothing };
  "orders.end_links": { request: ById; response: Nothing };
  "connection.redeliver": { request: ById; response: Nothing };
  "molt.get": { request: Nothing; response: MoltView };
  "molt.connect": { request: MoltConnect; response: MoltView };
  "molt.register": { request: MoltRegister; response: MoltView };
  "molt.disconnect": { request: Nothing; response: MoltView };
  "molt.profile_check": { request: MoltProfileForm; response: MoltProfileCheck };
  "molt.profile_save": { request: MoltProfileForm; response: MoltView };
  "molt.profile_take_back": { request: Nothing; response: MoltView };
  "molt.acknowledge_rules": { request: AcknowledgeRules; response: MoltView };
  "molt.poll_now": { request: Nothing; response: MoltView };
  "messages.list": { request: ThreadFilter; response: ThreadList };
  "replies.list": { request: Nothing; response: SavedReplies };
  "replies.save": { request: SavedReplies; response: SavedReplies };
  "replies.suggest": { request: SuggestReply; response: SuggestedReply };
  "people.conversations": { request: PeoplePage; response: Conversations };
  "people.conversation": { request: ById; response: ConversationView };
  "people.older": { request: OlderLetters; response: LetterPage };
  "people.send": { request: LetterForm; response: Letter };
  "people.send_held": { request: ById; response: Nothing };
  "people.discard_held": { request: ById; response: Nothing };
  "people.take_back": { request: ById; response: TakenBack };
  "people.picture_address": { request: ById; response: PublicPicture };
  "people.start": { request: StartForm; response: Letter };
  "people.agents": { request: AgentSearch; response: AgentList };
  "people.agent": { request: ById; response: AgentView };
  "people.report": { request: ReportForm; response: Nothing };
  "people.budgets": { request: Nothing; response: MoltBudgets };
  "money.get": { request: MoneySpan; response: MoneyView };
  "money.look": { request: Nothing; response: MoneyLook };
  "money.save_csv": { request: SaveMoney; response: SavedMoney };
  "search.find": { request: SearchFor; response: SearchFound };
  "settings.get": { request: Nothing; response: SettingsView };
  "settings.save": { request: SettingsForm; response: SettingsView };
  "settings.models": { request: Nothing; response: ModelChoices };
  "data.get": { request: Nothing; response: DataView };
  "data.back_up": { request: Nothing; response: DataView };
  "data.restore": { request: ById; response: Nothing };
  "data.export": { request: Nothing; response: DataView };
  "data.stop_export": { request: Nothing; response: Nothing };
  "help.make": { request: Nothing; response: HelpFile };
  "settings.forget_account": { request: ById; response: SettingsView };
}
