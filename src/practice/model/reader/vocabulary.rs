//! The words the reader goes by. A list is one text, its entries between bars (or spaces, where every entry is one word).

use std::collections::HashSet;
use std::sync::LazyLock;

/// Politeness and verbs before the thing itself.
const FRAME_TEXT: &str = "\
    good morning|good evening|hey there|hi there|hello there|hello|hey|hi|sure|okay|ok|yes|please|maybe|\
    just|could you please|could you|can you please|can you|would you|i would like|i'd like|i'd love|\
    i would love|i want|i need|i am looking for|i'm looking for|give me|make me|draw me|make it|make|\
    draw|create|paint|generate|design|show me|a picture of|a picture with|an image of|a drawing of|\
    an illustration of|a painting of|a photo of|picture of|image of|to have|to be|could it be|can it be|\
    it could be|it to be|could it|the other way|instead|but|and";

/// The same in Chinese, with the punctuation between, longest first where one begins another.
const CHINESE_FRAME_TEXT: &str = "\
    你好|您好|就是这样|麻烦|请帮我|帮我|给我|请|我想要|我想|我要|我需要|想要|需要|能不能把|能不能|\
    可不可以|可以|能|画一幅|画一张|画一只|画|生成|设计|做一张|做一个|把|一张|一幅|：|，|。|！|~| ";

/// Words that say nothing about what a picture shows.
const EMPTY_TEXT: &str = "\
    i you me my we us our your it its this that the a an of for to in on at with and or is are be do \
    does did can could would will should please hi hello hey hiya there thanks thank like love want need \
    make draw create paint generate design give get have some something anything nice cool pretty \
    beautiful great good lovely awesome amazing interesting best perfect picture pictures image images \
    photo drawing illustration art artwork poster logo banner cover wallpaper avatar graphic visual \
    painting stuff thing things one new really very just maybe not sure what yet guess know think idea \
    how much long when who why where which work works take time price cost order here am im m d s t ll \
    ve re surprise whatever any kind type help looking look up out so if about from as social media \
    business company project website urgent asap hope day well ready let later soon tomorrow today wait \
    moment back decide send details more ok okay yes no yo fun quick question service available start \
    begin wow excellent wonderful gorgeous adorable again too happy bye job done got all only then now \
    welcome everything tell";

/// The same in Chinese, longest first where one holds another.
const CHINESE_EMPTY_TEXT: &str = "\
    你好|您好|在吗|麻烦|帮我|给我|我想要|我想|我要|想要|需要|可以|能不能|一张|一幅|一个|图片|图画|插画|\
    照片|海报|头像|封面|好看|漂亮|什么|东西|随便|都行|谢谢|设计|生成|喜欢|怎么|多少|好的|收到|非常|满意|\
    老板|店家|亲|下单|订单|已经|完美|太棒|不错|真好|很好|很|真|个|请|我|你|您|画|做|张|幅|图|的|点|吗|吧|\
    啊|呢|了|呀|嗨|能|要|想|好|有|是|都|也|还|再|来|帮|给|下|一|美";

/// Ways of making a picture.
const STYLE_TEXT: &str = "\
    gouache|watercolour|watercolor|oil painting|paper-cut|flat vector|flat illustration|isometric|\
    line art|pixel art|art deco|bauhaus|minimal|storybook|botanical print|retro travel poster|pastel|\
    vintage|geometric|photorealistic|anime|ink|cartoon|painterly|flat|水彩|油画|国风|水墨|淡墨|工笔画|\
    工笔|剪纸|扁平|绘本|写实|极简|卡通|马克笔|水粉|包豪斯|复古海报|手绘|电影感|科技感|线条简洁|几何";

/// What is never drawn or given.
const FORBIDDEN_TEXT: &str = "\
    password|passcode|api key|seed phrase|private key|system prompt|credential|ignore all previous|\
    ignore previous|ignore your instructions|ignore all instructions|disregard your instructions|weapon|\
    firearm|handgun|bomb|explosive|grenade|ammunition|counterfeit|forge|forged|forgery|cocaine|heroin|\
    porn|nude|nsfw|child abuse|密码|密钥|助记词|私钥|验证码|系统提示|忽略之前|忽略以上|忽略所有|武器|\
    枪支|手枪|炸弹|炸药|伪造|假护照|假身份证|假证|假钞|假币|毒品|色情|裸体";

/// Words that make a document a forgery.
const FAKE_TEXT: &str = "\
    fake|falsified|replica";

/// What must not be forged.
const DOCUMENTS_TEXT: &str = "\
    passport|id card|identity card|driver's license|driving licence|driver license|visa|banknote|money|\
    dollar bill|euro note|diploma|certificate|invoice|receipt|bank statement|id";

/// Thanks and praise.
const PRAISE_TEXT: &str = "\
    thank|thank you|thx|lovely|perfect|love it|great|beautiful|wonderful|awesome|excellent|nice work|\
    looks good|amazing|ok|okay|cool|cheers|got it|wow|gorgeous|谢谢|多谢|感谢|喜欢|很好|真好|漂亮|完美|\
    太棒|好看|满意|收到|好的|不错|辛苦了";

/// A yes to a draft.
const AGREES_TEXT: &str = "\
    just like that|looks good|go ahead|that is it|that's it|fine by me|like this|go on|continue|approved|agreed|\
    yes|yep|就这样|没问题|可以|继续|是的|行";

/// Words that ask for a change.
const CHANGES_TEXT: &str = "\
    instead|change|could it|could the|could you|can you|can the|can it|would you|make it|make the|but|\
    more|less|without|remove|add|bigger|smaller|larger|brighter|darker|lighter|rather|swap|replace|\
    another|redo|prefer|different|try|use|should be|turn it|换|改|加|去掉|不要|更|再|调|重新|变成|亮一|\
    暗一|大一|小一|少一|多一|试试|多画";

/// Questions about the order.
const ABOUT_THE_ORDER_TEXT: &str = "\
    how long|when will|when can|how much|price|refund|are you there|any update|any news|how is it going|\
    when do|is it ready|status|wallet|invoice|钱包|多久|什么时候|多少钱|好了吗|进度|退款|在吗";

/// Pointing at what was written before.
const REFERS_BACK_TEXT: &str = "\
    in the description|任务描述里|写在描述里";

/// Words that ask for a picture at all.
const WANTS_TEXT: &str = "\
    picture|image|draw|make|create|paint|illustration|poster|logo|need|want|i'd like|画|图|做|想要|需要|\
    设计|海报";

pub(super) static FRAMES: LazyLock<Vec<&str>> = LazyLock::new(|| entries(FRAME_TEXT));
pub(super) static CHINESE_FRAMES: LazyLock<Vec<&str>> = LazyLock::new(|| entries(CHINESE_FRAME_TEXT));
pub(super) static EMPTY: LazyLock<HashSet<&str>> = LazyLock::new(|| EMPTY_TEXT.split_whitespace().collect());
pub(super) static CHINESE_EMPTY: LazyLock<Vec<&str>> = LazyLock::new(|| entries(CHINESE_EMPTY_TEXT));
pub(super) static STYLES: LazyLock<Vec<&str>> = LazyLock::new(|| entries(STYLE_TEXT));
pub(super) static FORBIDDEN: LazyLock<Vec<&str>> = LazyLock::new(|| entries(FORBIDDEN_TEXT));
pub(super) static FAKE: LazyLock<Vec<&str>> = LazyLock::new(|| entries(FAKE_TEXT));
pub(super) static DOCUMENTS: LazyLock<Vec<&str>> = LazyLock::new(|| entries(DOCUMENTS_TEXT));
pub(super) static PRAISE: LazyLock<Vec<&str>> = LazyLock::new(|| entries(PRAISE_TEXT));
pub(super) static AGREES: LazyLock<Vec<&str>> = LazyLock::new(|| entries(AGREES_TEXT));
pub(super) static CHANGES: LazyLock<Vec<&str>> = LazyLock::new(|| entries(CHANGES_TEXT));
pub(super) static ABOUT_THE_ORDER: LazyLock<Vec<&str>> = LazyLock::new(|| entries(ABOUT_THE_ORDER_TEXT));
pub(super) static REFERS_BACK: LazyLock<Vec<&str>> = LazyLock::new(|| entries(REFERS_BACK_TEXT));
pub(super) static WANTS: LazyLock<Vec<&str>> = LazyLock::new(|| entries(WANTS_TEXT));

fn entries(text: &'static str) -> Vec<&'static str> {
    text.split('|').collect()
}
