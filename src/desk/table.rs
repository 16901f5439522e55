//! The table of commands: each is named once here, with its request, its answer and its handler. Every carrier
//! (window, local HTTP) and the TypeScript types are made from it.

/// Calls `$with!` with the table.
#[macro_export]
macro_rules! desk_commands {
    ($with:ident) => {
        $with! {
            "stall.get" => stall::get(Nothing) -> StallView;
            "stall.set_open" => stall::set_open(SetOpen) -> StallView;
            "welcome.practise" => welcome::practise(Nothing) -> StallView;
            "welcome.leave_practice" => welcome::leave_practice(Nothing) -> StallView;
            "welcome.check_market" => welcome::check_market(ConnectMarket) -> Proof;
            "welcome.check_model" => welcome::check_model(ConnectModel) -> Proof;
            "welcome.connect_market" => welcome::connect_market(ConnectMarket) -> Proof;
            "welcome.connect_model" => welcome::connect_model(ConnectModel) -> Proof;
            "welcome.register_market" => welcome::register_market(RegisterMarket) -> Proof;
            "welcome.import" => welcome::import(ImportKeys) -> ImportFound;
            "today.get" => today::get(Nothing) -> TodayView;
            "orders.list" => orders::list(OrderFilter) -> OrderList;
            "orders.get" => orders::get(ById) -> OrderView;
            "orders.seen" => orders::seen(ById) -> Nothing;
            "orders.take_over" => orders::take_over(ById) -> Nothing;
            "orders.hand_back" => orders::hand_back(ById) -> Nothing;
            "orders.pause" => orders::pause(ById) -> Nothing;
            "orders.resume" => orders::resume(ById) -> Nothing;
            "orders.retry" => orders::retry(ById) -> Nothing;
            "orders.approve" => orders::approve(ById) -> Nothing;
            "orders.redraw" => orders::redraw(Redraw) -> Nothing;
            "orders.message" => orders::message(SendMessage) -> MessageView;
            "orders.send_words" => orders::send_words(HeldWords) -> Nothing;
            "orders.decline" => orders::decline(WithReason) -> Nothing;
            "orders.cancel" => orders::cancel(WithReason) -> Nothing;
            "orders.complete" => orders::complete(CompleteByHand) -> Nothing;
            "gallery.list" => gallery::list(GalleryFilter) -> GalleryPage;
            "gallery.rate" => gallery::rate(RatePicture) -> Nothing;
            "gallery.save" => gallery::save(SavePicture) -> Nothing;
            "listings.list" => listings::list(Nothing) -> ListingList;
            "listings.get" => listings::get(ById) -> ListingView;
            "listings.check" => listings::check(ListingForm) -> ListingCheck;
            "listings.save" => listings::save(ListingSave) -> ListingView;
            "listings.publish" => listings::publish(ById) -> ListingView;
            "listings.hide" => listings::hide(ListingHide) -> ListingView;
            "listings.delete" => listings::delete(ById) -> Nothing;
            "listings.refresh" => listings::refresh(Nothing) -> ListingList;
            "listings.metrics" => listings::metrics(ById) -> ListingMetrics;
            "jobs.search" => jobs::search(JobSearch) -> JobList;
            "jobs.get" => jobs::get(ById) -> JobView;
            "jobs.saved_list" => jobs::saved_list(Nothing) -> SavedSearchList;
            "jobs.saved_save" => jobs::saved_save(SaveSearch) -> SavedSearchView;
            "jobs.saved_delete" => jobs::saved_delete(ById) -> Nothing;
            "jobs.draft_letter" => jobs::draft_letter(ById) -> LetterView;
            "jobs.apply" => jobs::apply(ApplyForJob) -> ApplicationView;
            "jobs.send_held" => jobs::send_held(SendHeldLetter) -> ApplicationView;
            "jobs.applications" => jobs::applications(Nothing) -> ApplicationList;
            "jobs.application" => jobs::application(ById) -> ApplicationView;
            "jobs.payment" => jobs::payment(MarkPayment) -> ApplicationView;
            "jobs.review" => jobs::review(LeaveReview) -> ApplicationView;
            "jobs.settings" => jobs::settings(Nothing) -> JobSettingsForm;
            "jobs.set_settings" => jobs::set_settings(JobSettingsForm) -> JobSettingsForm;
            "hiring.post" => hiring::post(PostJob) -> PostedJobView;
            "hiring.edit" => hiring::edit(EditJob) -> PostedJobView;
            "hiring.list" => hiring::list(Nothing) -> PostedJobList;
            "hiring.get" => hiring::get(ById) -> PostedJobView;
            "hiring.applicants" => hiring::applicants(ById) -> ApplicantList;
            "hiring.decide" => hiring::decide(DecideApplicant) -> PostedJobView;
            "hiring.opinion" => hiring::opinion(ById) -> OpinionView;
            "hiring.paid" => hiring::paid(MarkPaid) -> PostedJobView;
            "hiring.finish" => hiring::finish(FinishJob) -> PostedJobView;
            "hiring.review" => hiring::review(LeaveReview) -> PostedJobView;
            "practice.buyer" => practice::buyer(PracticeBuyer) -> Nothing;
            "practice.speed" => practice::speed(PracticeSpeed) -> StallView;
            "practice.weather" => practice::weather(Nothing) -> PracticeWeather;
            "practice.set_weather" => practice::set_weather(SetPracticeWeather) -> PracticeWeather;
            "connection.get" => connection::get(Nothing) -> ConnectionView;
            "connection.test" => connection::test(Nothing) -> ConnectionTest;
            "connection.set_public_address" => connection::set_public_address(SetPublicAddress) -> ConnectionView;
            "connection.redeliver" => connection::redeliver(ById) -> Nothing;
            "molt.get" => molt::get(Nothing) -> MoltView;
            "molt.connect" => molt::connect(MoltConnect) -> MoltView;
            "molt.register" => molt::register(MoltRegister) -> MoltView;
            "molt.disconnect" => molt::disconnect(Nothing) -> MoltView;
            "molt.profile_save" => molt::profile_save(MoltProfileForm) -> MoltView;
            "molt.acknowledge_rules" => molt::acknowledge_rules(AcknowledgeRules) -> MoltView;
            "molt.poll_now" => molt::poll_now(Nothing) -> Nothing;
            "people.conversations" => people::conversations(PeoplePage) -> Conversations;
            "people.conversation" => people::conversation(ById) -> ConversationView;
            "people.send" => people::send(LetterForm) -> Letter;
            "people.send_held" => people::send_held(ById) -> Nothing;
            "people.discard_held" => people::discard_held(ById) -> Nothing;
            "people.start" => people::start(StartForm) -> Letter;
            "people.agents" => people::agents(AgentSearch) -> AgentList;
            "people.agent" => people::agent(ById) -> AgentView;
            "people.report" => people::report(ReportForm) -> Nothing;
            "people.budgets" => people::budgets(Nothing) -> MoltBudgets;
            "settings.get" => settings::get(Nothing) -> SettingsView;
            "settings.save" => settings::save(SettingsForm) -> SettingsView;
            "settings.models" => settings::models(Nothing) -> ModelChoices;
            "data.get" => data::get(Nothing) -> DataView;
            "data.back_up" => data::back_up(Nothing) -> DataView;
            "data.restore" => data::restore(ById) -> Nothing;
            "help.make" => data::help(Nothing) -> HelpFile;
            "settings.forget_account" => settings::forget_account(ById) -> SettingsView;
        }
    };
}
