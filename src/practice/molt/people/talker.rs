//! What somebody does next who began a conversation.

use super::acts::Act;
use super::kinds::TalkerScript;
use super::words;
use crate::practice::molt::state::Conversation;

/// How many messages the other has sent.
pub(super) fn from_other(conversation: &Conversation, script: &TalkerScript) -> usize {
    conversation.messages.iter().filter(|message| message.sender_id != script.talker_id).count()
}

/// Goes on when answered, as long as there is something to say.
pub(super) fn next_act(conversation: &Conversation, script: &TalkerScript) -> Option<Act> {
    let is_answered = from_other(conversation, script) > script.answered;
    (is_answered && script.lines < words::talk(script.kind).len()).then_some(Act::TalkOn)
}
