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
            "practice.buyer" => practice::buyer(PracticeBuyer) -> Nothing;
            "practice.speed" => practice::speed(PracticeSpeed) -> StallView;
            "practice.weather" => practice::weather(Nothing) -> PracticeWeather;
            "practice.set_weather" => practice::set_weather(SetPracticeWeather) -> PracticeWeather;
            "connection.get" => connection::get(Nothing) -> ConnectionView;
            "connection.test" => connection::test(Nothing) -> ConnectionTest;
            "connection.set_public_address" => connection::set_public_address(SetPublicAddress) -> ConnectionView;
            "connection.tunnel_save" => tunnel::save(TunnelSave) -> ConnectionView;
            "connection.tunnel_test" => tunnel::test(Nothing) -> ConnectionView;
            "connection.host_key_confirm" => tunnel::confirm_host_key(HostKeyConfirm) -> ConnectionView;
            "connection.redeliver" => connection::redeliver(ById) -> Nothing;
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
