//! What people there write, in both languages.

use super::chance::Chance;

const SUBJECTS: [(&str, &str); 24] = [
    ("a fox in a birch wood", "桦树林里的狐狸"),
    ("a ginger cat asleep on a windowsill", "窗台上打盹的橘猫"),
    ("a lighthouse in a storm", "暴风雨中的灯塔"),
    ("an old harbour at dusk", "黄昏的旧港口"),
    ("two cranes over a misty lake", "雾湖上的双鹤"),
    ("a tea house in the rain", "雨中的茶馆"),
    ("a red panda with a lantern", "提着灯笼的小熊猫"),
    ("a street market at night", "夜市"),
    ("a girl reading under an oak", "橡树下读书的女孩"),
    ("a dragon asleep on books", "睡在书堆上的龙"),
    ("a snowy mountain village", "雪山下的村庄"),
    ("a koi pond from above", "俯瞰的锦鲤池"),
    ("a tram in the fog", "雾中的电车"),
    ("an owl on a library desk", "图书馆书桌上的猫头鹰"),
    ("a field of poppies", "罂粟花田"),
    ("a whale above the clouds", "云上的鲸鱼"),
    ("a bakery at six in the morning", "清晨六点的面包店"),
    ("a bicycle by a canal", "运河边的自行车"),
    ("a portrait of an old sailor", "老水手的肖像"),
    ("a greenhouse full of ferns", "满是蕨类的温室"),
    ("a paper boat in a gutter", "水沟里的纸船"),
    ("a rabbit with a pocket watch", "拿怀表的兔子"),
    ("a bridge of moonlight", "月光桥"),
    ("a desk with a sleeping robot", "书桌上睡着的机器人"),
];
const STYLES: [(&str, &str); 12] = [
    ("loose watercolour on cold-pressed paper", "水彩，冷压纸"),
    ("linocut in two colours", "双色麻胶版画"),
    ("ink and wash, much left white", "水墨，大量留白"),
    ("gouache, teal and amber", "水粉，青绿与琥珀"),
    ("oil, thick strokes, evening light", "油画，厚涂，傍晚的光"),
    ("storybook illustration, warm", "绘本插画，温暖"),
    ("pencil with a little red", "铅笔，点缀红色"),
    ("risograph, grainy, three colours", "孔版印刷，颗粒感，三色"),
    ("woodblock print, flat colours", "木版画，平涂"),
    ("pastel on dark paper", "深色纸上的粉彩"),
    ("isometric, soft shadows", "等距视角，柔和阴影"),
    ("film photograph, fine grain, golden hour", "胶片摄影，细颗粒，金色时刻"),
];
const DETAILS: [(&str, &str); 10] = [
    ("seen from above", "俯视"),
    ("no text anywhere", "不要任何文字"),
    ("with a wide quiet sky", "开阔宁静的天空"),
    ("first snow falling", "初雪飘落"),
    ("lamps just lit", "灯刚点亮"),
    ("reflections in puddles", "水洼里的倒影"),
    ("one figure far away", "远处一个人影"),
    ("autumn leaves on the ground", "满地秋叶"),
    ("as a birthday card", "用作生日贺卡"),
    ("for a book cover, room for a title", "用作封面，留出标题位置"),
];
const NAMES: [(&str, &str); 20] = [
    ("Marta", "小林"),
    ("Bo Larsen", "陈静"),
    ("Ann Okafor", "王磊"),
    ("Cy Reed", "李娜"),
    ("Dita", "张伟"),
    ("Emil", "刘洋"),
    ("Fatima", "赵敏"),
    ("Gus", "孙悦"),
    ("Hana", "周杰"),
    ("Ines", "吴芳"),
    ("Jonas", "郑凯"),
    ("Kaya", "冯雪"),
    ("Lior", "何平"),
    ("Mina", "许晴"),
    ("Noor", "沈默"),
    ("Otto", "韩冰"),
    ("Pia", "杨帆"),
    ("Quinn", "朱丽"),
    ("Rosa", "秦朗"),
    ("Sami", "唐糖"),
];
const BUYER_LINES: [(&str, &str); 16] = [
    ("Hello! Could you make the sky a little darker?", "你好！天空可以再暗一点吗？"),
    ("It is for my sister's birthday on Saturday.", "这是给我妹妹周六生日用的。"),
    ("Please no text in the picture.", "图里请不要有文字。"),
    ("Square would be best, I print it on a cushion.", "最好是方形的，我要印在抱枕上。"),
    ("Wonderful, thank you so much!", "太好了，非常感谢！"),
    ("How long will it take about?", "大概需要多久？"),
    ("The fox should look at us.", "狐狸要看着我们。"),
    ("Can I have it as a PNG with a large side?", "可以给我大尺寸的 PNG 吗？"),
    ("I like the second one more.", "我更喜欢第二张。"),
    ("Less red, please, more like early morning.", "红色少一些，更像清晨。"),
    ("My daughter says it looks exactly like our cat.", "女儿说跟我们家的猫一模一样。"),
    ("Would a version in winter be possible?", "可以出一个冬天的版本吗？"),
    ("I will order again for sure.", "一定会再来下单。"),
    ("Got the file, it opens fine.", "文件收到了，可以打开。"),
    ("Could the roof be green instead?", "屋顶可以换成绿色吗？"),
    ("No hurry at all.", "完全不急。"),
];
const OUR_LINES: [(&str, &str); 10] = [
    (
        "Hello, and thank you for your order! Please tell me what the picture shows, in which style, and where it will be used.",
        "你好，感谢下单！请告诉我画面内容、风格和用途。",
    ),
    ("Thank you, I have everything I need and begin to draw.", "谢谢，信息齐了，我开始画。"),
    ("Your picture is ready, it is on the order now.", "图已完成，现已上传到订单。"),
    ("I made the sky darker as you asked.", "已按要求把天空调暗。"),
    ("It takes a few minutes.", "几分钟就好。"),
    ("The new version is on the order.", "新版本已上传到订单。"),
    ("Of course, a winter version is no problem.", "当然，冬天的版本没问题。"),
    ("I am glad you like it!", "很高兴你喜欢！"),
    ("Please look whether it opens on your side.", "请看看你那边能否打开。"),
    ("Thank you, see you next time!", "谢谢，下次见！"),
];

/// Which of the two languages somebody speaks: a third of the buyers Chinese.
pub fn speaks_chinese(seed: u64, order: u64) -> bool {
    Chance::of(seed, 11, order).once_in(3)
}

fn pick(pair: (&'static str, &'static str), chinese: bool) -> &'static str {
    if chinese { pair.1 } else { pair.0 }
}

pub fn prompt(chance: &mut Chance, chinese: bool) -> String {
    let (subject, style, detail) = (
        pick(chance.one_of(&SUBJECTS), chinese),
        pick(chance.one_of(&STYLES), chinese),
        pick(chance.one_of(&DETAILS), chinese),
    );
    if chinese { format!("{subject}，{style}，{detail}") } else { format!("{subject}, {style}, {detail}") }
}

pub fn title(chance: &mut Chance, chinese: bool) -> String {
    let subject = pick(chance.one_of(&SUBJECTS), chinese);
    if chinese { format!("定制插画：{subject}") } else { format!("Custom picture: {subject}") }
}

/// One of a few thousand buyers: (id, name).
pub fn buyer(chance: &mut Chance, chinese: bool) -> (String, String) {
    let number = chance.below(3000) * 2 + u64::from(chinese);
    let name = pick(NAMES[number as usize % NAMES.len()], chinese);
    (format!("seed-buyer-{number}"), format!("{name} {}", number / 40))
}

pub fn line(chance: &mut Chance, from_buyer: bool, chinese: bool) -> String {
    let said =
        pick(if from_buyer { chance.one_of(&BUYER_LINES) } else { chance.one_of(&OUR_LINES) }, chinese);
    if chance.once_in(3) {
        let more = pick(chance.one_of(&SUBJECTS), chinese);
        return format!("{said} ({more})");
    }
    said.to_owned()
}
