//! The contract as TypeScript, so that the screens cannot drift from the engine.

use ts_rs::TS;

use super::contract::*;

macro_rules! declarations {
    ($($name:literal => $module:ident :: $function:ident ( $request:ident ) -> $response:ident ;)*) => {
        fn commands(out: &mut String) {
            out.push_str("export interface Commands {\n");
            $(out.push_str(&format!("  \"{}\": {{ request: {}; response: {} }};\n", $name, stringify!($request), stringify!($response)));)*
            out.push_str("}\n");
        }
    };
}
crate::desk_commands!(declarations);

/// The whole contract as one TypeScript module.
pub fn typescript() -> String {
    let config = ts_rs::Config::default();
    let mut out = String::from("// Made from src/desk/contract.rs by `cargo xtask types`. Do not edit.\n\n");
    macro_rules! types {
        ($($ty:ident)*) => {
            $(out.push_str("export "); out.push_str(&<$ty as TS>::decl(&config)); out.push_str("\n\n");)*
        };
    }
    types! {
        Nothing ById StopFile StallMode StallView ClosedNow Counts TruthLight LightColour SetOpen ConnectMarket ConnectModel RegisterMarket
        ImportKeys ImportFound Proof TodayView Stage OrderCard Hold Deadline Progress OrderFilter OrderList OrderView
        BriefView OrderLinks Who MessageView FileView FileLimits RecorderEntry SendMessage HeldWords WithReason CompleteByHand Redraw RefundView ProposeRefund SaveEvidence SavedEvidence PictureView
        GalleryFilter GalleryTile GalleryPage PictureDetails LookAlike NotAsAsked TagPicture PictureTags TagList TagCount SendPicture RatePicture SavePicture AutomationMode ListingForm ListingRecipe ListingView ListingProblem
        ListingSave ListingHide ListingPause ListingList ListingCheck Advice ListingMetrics PracticeBuyer PracticeSpeed
        PracticeWeather WeatherSlider WeatherAmount SetPracticeWeather WeatherSetting
        ConnectionView AccountView PushView Pulse EventView ConnectionTest TestStep CheckUp CheckFinding SetPublicAddress TunnelStatus
        TunnelFields TunnelSave PictureLinks BucketFields BucketSave BucketTest HostKeyConfirm Audit FoundOrder
        ConnectionChange Language Theme
        SettingsView TemplateWarning SettingsForm NoticeSwitches OpeningHours Template ModelChoices ModelChoice
        MoltView MoltConnect MoltRegister MoltProfile MoltWallet MoltProfileForm MoltProfileCheck MoltPending MoltRules
        MoltRuleChange
        AcknowledgeRules MoltBudget MoltBudgets PeoplePage Conversations ConversationCard ConversationView Letter LetterForm
        StartForm AgentSearch AgentList AgentView AgentReview ReportForm
        ThreadFilter ThreadList ThreadCard LastWords OlderLetters LetterPage TakenBack PublicPicture SuggestReply SuggestedReply SavedReply SavedReplies
        JobFilter JobSearch JobList JobView FitReasonView ProfileView ReviewView WalletView JobHistoryLine
        CriterionView ApplicationView ApplicationList SavedSearchView SavedSearchList SaveSearch LetterView
        ApplyForJob SendHeldLetter TickCriterion MarkPayment LeaveReview JobSettingsForm JobForm PostJob EditJob
        PostedJobView PostedJobList ApplicantView ApplicantList DecideApplicant OpinionView CriterionOpinion MarkPaid
        PaidView FinishJob
        MoneySpan MoneyView MoneyBook MoneySums MoneyBar ListingMoney MoneyCaps CostliestOrder ModelMoney MoneyLook SaveMoney SavedMoney
        SearchFor SearchFound SearchHit ExcerptPart
        DataView ExportView BackupView DataWarning HelpFile DeskEvent DeskError
    }
    commands(&mut out);
    out
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    #[test]
    fn the_screens_types_are_fresh() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/src/lib/backend/generated/contract.ts");
        let fresh = super::typescript();
        if std::env::var_os("WRITE_TYPES").is_some() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &fresh).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(kept == fresh, "run `cargo xtask types`: {} is stale", path.display());
    }
}
