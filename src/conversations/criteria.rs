//! What a delivery says about the buyer's own criteria (contract, MoltMarket 2.4: each is named).

use crate::settings::Language;

/// One line for each criterion, in the buyer's words, saying which files it was drawn into; empty without criteria.
/// Whether it is met is the buyer's to judge: nothing is claimed that was not looked at.
pub fn criteria_met(language: Language, criteria: &[String], files: &[String]) -> String {
    if criteria.is_empty() || files.is_empty() {
        return String::new();
    }
    let (title, between) = match language {
        Language::English => ("What you asked for, and where to find it:", ", "),
        Language::Chinese => ("您的要求与对应文件：", "、"),
    };
    let files = files.join(between);
    let lines = criteria.iter().enumerate().map(|(at, criterion)| match language {
        Language::English => format!("{}. {criterion} (part of the drawing instructions of {files})", at + 1),
        Language::Chinese => format!("{}. {criterion}（已写入 {files} 的绘制要求）", at + 1),
    });
    std::iter::once(title.to_owned()).chain(lines).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_every_criterion_in_the_buyers_words() {
        let criteria = ["a red fox".to_owned(), "square".to_owned()];
        let files = ["picture-1.png".to_owned(), "picture-2.png".to_owned()];
        let said = criteria_met(Language::English, &criteria, &files);
        assert_eq!(said.lines().count(), 3);
        assert!(
            said.contains("2. square (part of the drawing instructions of picture-1.png, picture-2.png)")
        );
        assert!(criteria_met(Language::Chinese, &criteria, &files).contains("1. a red fox（已写入"));
        assert_eq!(criteria_met(Language::English, &[], &files), "");
        assert_eq!(criteria_met(Language::English, &criteria, &[]), "");
    }
}
