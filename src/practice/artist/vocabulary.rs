//! The words the artist knows, in English and Chinese.

use super::reading::{Extra, Hour, Season, Setting, Subject, Technique, Weather};

/// What a known word says about the picture.
#[derive(Debug, Clone, Copy)]
pub(super) enum Word {
    Subject(Subject),
    Setting(Setting),
    Extra(Extra),
    Hour(Hour),
    Season(Season),
    Weather(Weather),
    Technique(Technique),
    /// A paint box by name.
    Paint(&'static str),
    /// Chinese ink: watercolour in greys.
    InkWash,
    Minimal,
    Vintage,
    /// Says nothing about the picture's content.
    Filler,
}

/// Each meaning with its words, separated by commas.
pub(super) const VOCABULARY: &[(Word, &str)] = &[
    (Word::Subject(Subject::Cat), "cat, kitten, kitty, 猫, 小猫, 猫咪"),
    (Word::Subject(Subject::Dog), "dog, puppy, puppies, corgi, 狗, 小狗, 柯基, 犬"),
    (Word::Subject(Subject::Fox), "fox, 狐狸"),
    (Word::Subject(Subject::Rabbit), "rabbit, bunny, bunnies, hare, 兔, 兔子"),
    (Word::Subject(Subject::Panda), "panda, 熊猫"),
    (Word::Subject(Subject::Bear), "bear, 熊, 小熊"),
    (Word::Subject(Subject::Bird), "bird, sparrow, robin, parrot, owl, crane, 鸟, 小鸟, 鹤, 鹦鹉, 麻雀"),
    (Word::Subject(Subject::Whale), "whale, dolphin, 鲸, 鲸鱼, 海豚"),
    (Word::Subject(Subject::Fish), "fish, koi, goldfish, 鱼, 金鱼, 锦鲤"),
    (Word::Subject(Subject::Coffee), "coffee, cup, mug, tea, latte, espresso, 咖啡, 茶, 杯子, 茶杯"),
    (Word::Subject(Subject::Vase), "vase, pottery, ceramic, still life, 花瓶, 陶瓷, 静物"),
    (
        Word::Subject(Subject::Fruit),
        "fruit, oranges, lemon, pear, apple, peach, citrus, 水果, 苹果, 桃子, 柠檬, 橙子, 梨",
    ),
    (Word::Subject(Subject::Books), "book, library, reading, 书, 书本, 图书, 阅读, 读书"),
    (
        Word::Subject(Subject::Flowers),
        "flower, bouquet, floral, rose, tulip, poppy, poppies, daisy, daisies, sunflower, peony, \
         blossom, lotus, sakura, 花, 花朵, 花束, 玫瑰, 玫瑰花, 郁金香, 向日葵, 牡丹, 樱花, 荷花, 鲜花",
    ),
    (
        Word::Subject(Subject::Leaves),
        "plant, leaf, leaves, botanical, monstera, fern, eucalyptus, 植物, 叶子, 绿植, 树叶",
    ),
    (
        Word::Subject(Subject::Tech),
        "tech, technology, ai, data, software, digital, cloud computing, blockchain, code, coding, \
         startup, future, futuristic, cyber, quantum, server, 科技, 技术, 人工智能, 数据, 软件, 数字, 未来, 代码, 编程, \
         区块链",
    ),
    (Word::Subject(Subject::Isometric), "isometric, cube, building blocks, 等距, 立体"),
    (
        Word::Subject(Subject::Network),
        "network, node, circuit, chip, connected dots, neural, 网络, 节点, 芯片, 电路",
    ),
    (Word::Subject(Subject::Robot), "robot, android, 机器人"),
    (
        Word::Subject(Subject::Geometric),
        "geometric, bauhaus, abstract, geometry, pattern, 几何, 抽象, 图案, 包豪斯",
    ),
    (
        Word::Subject(Subject::Shop),
        "shop, store, stall, coffee shop, tea shop, cafe, café, bakery, bookshop, book shop, \
         bookstore, flower shop, storefront, awning, market stall, boutique, restaurant, 店, 商店, 店铺, \
         小店, 咖啡店, 咖啡馆, 书店, 花店, 面包店, 餐厅, 摊位, 店面",
    ),
    (
        Word::Subject(Subject::Noodles),
        "noodle, ramen, soup, food, dumpling, rice bowl, bowl, pho, 面条, 拉面, 美食, 食物, 汤, 饺子, 米饭",
    ),
    (
        Word::Subject(Subject::Cake),
        "cake, dessert, cupcake, birthday, birthday cake, pastry, pastries, 蛋糕, 甜点, 甜品, 生日",
    ),
    (
        Word::Subject(Subject::Person),
        "person, portrait, people, face, human, avatar, profile picture, 人, 人物, 肖像, 头像",
    ),
    (
        Word::Subject(Subject::Woman),
        "woman, women, girl, lady, ladies, mother, queen, 女孩, 女人, 女生, 少女, 姑娘, 女士, 妈妈",
    ),
    (Word::Subject(Subject::Man), "man, men, boy, gentleman, father, king, 男孩, 男人, 男生, 先生, 爸爸"),
    (
        Word::Subject(Subject::Planets),
        "planet, space, galaxy, universe, cosmos, rocket, astronaut, saturn, 星球, 太空, 宇宙, 银河, 行星, 火箭, \
         宇航员",
    ),
    (
        Word::Setting(Setting::Mountains),
        "mountain, peak, alps, alpine, summit, valley, 山, 山脉, 高山, 雪山, 山峰, 山水",
    ),
    (
        Word::Setting(Setting::Sea),
        "sea, ocean, beach, coast, wave, harbour, harbor, island, bay, seaside, shore, surf, 海, 大海, \
         海边, 海洋, 沙滩, 海浪, 海岸, 海滩, 港口, 岛",
    ),
    (Word::Setting(Setting::Dunes), "dune, desert, sahara, sand, canyon, 沙漠, 沙丘, 戈壁"),
    (Word::Setting(Setting::Forest), "forest, wood, jungle, pine, 森林, 树林, 林"),
    (
        Word::Setting(Setting::City),
        "city, cities, skyline, skyscraper, downtown, metropolis, street, town, urban, tokyo, \
         shanghai, new york, paris, london, building, 城市, 都市, 上海, 北京, 东京, 城, 街, 街道, 高楼, 建筑",
    ),
    (
        Word::Setting(Setting::Meadow),
        "meadow, field, hill, countryside, farm, garden, grassland, village, landscape, tuscany, 田野, \
         草原, 草地, 乡村, 农场, 花园, 山坡, 村, 风景, 田园, 麦田",
    ),
    (
        Word::Setting(Setting::NightSky),
        "night sky, starry, starry sky, star, milky way, constellation, aurora, 星空, 星星, 夜空, 极光, 星夜",
    ),
    (Word::Extra(Extra::FullMoon), "full moon, 满月, 圆月"),
    (Word::Extra(Extra::Crescent), "crescent moon, crescent, half moon, 月牙, 弯月"),
    (Word::Extra(Extra::Moon), "moon, moonlight, lunar, 月, 月亮, 月光"),
    (Word::Extra(Extra::Sun), "sun, 太阳"),
    (Word::Extra(Extra::Boat), "boat, ship, sail, sailboat, yacht, 船, 帆船, 小船"),
    (Word::Extra(Extra::Lighthouse), "lighthouse, 灯塔"),
    (Word::Extra(Extra::House), "house, cabin, cottage, hut, home, 房子, 小屋, 木屋"),
    (Word::Extra(Extra::Balloon), "balloon, hot air balloon, 热气球, 气球"),
    (Word::Extra(Extra::Birds), "seagull, gull, swallow, 海鸥, 燕子"),
    (Word::Extra(Extra::Tree), "tree, 树, 大树"),
    (Word::Extra(Extra::Lake), "lake, river, 湖, 河, 湖泊, 江"),
    (Word::Hour(Hour::Morning), "morning, sunrise, dawn, 早晨, 清晨, 早上, 日出, 黎明"),
    (Word::Hour(Hour::Day), "day, daytime, noon, midday, afternoon, daylight, 白天, 中午, 正午, 下午"),
    (Word::Hour(Hour::Evening), "evening, sunset, dusk, twilight, golden hour, 傍晚, 黄昏, 日落, 夕阳, 晚霞"),
    (Word::Hour(Hour::Night), "night, midnight, nocturne, after dark, 夜, 夜晚, 晚上, 深夜, 夜景, 夜色"),
    (Word::Season(Season::Spring), "spring, 春, 春天, 春季"),
    (Word::Season(Season::Summer), "summer, 夏, 夏天, 夏日"),
    (Word::Season(Season::Autumn), "autumn, autumnal, 秋, 秋天, 秋季"),
    (Word::Season(Season::Winter), "winter, wintry, 冬, 冬天, 冬季"),
    (Word::Weather(Weather::Rain), "rain, rainy, raining, storm, stormy, 雨, 下雨, 雨天"),
    (Word::Weather(Weather::Snow), "snow, snowy, snowing, snowfall, 雪, 下雪, 雪景"),
    (Word::Weather(Weather::Fog), "fog, foggy, mist, misty, haze, hazy, 雾, 薄雾, 迷雾"),
    (Word::Technique(Technique::Flat), "flat, flat design, vector, screen print, 扁平, 矢量"),
    (
        Word::Technique(Technique::Line),
        "line art, line drawing, lineart, outline, sketch, ink drawing, doodle, 线稿, 线条, 简笔画, 素描, 手绘线条",
    ),
    (Word::Technique(Technique::Watercolour), "watercolour, watercolor, aquarelle, 水彩, 水彩画"),
    (
        Word::Technique(Technique::Cutout),
        "paper cut, papercut, paper cutout, cutout, cut paper, collage, layered paper, 剪纸, 纸艺, 纸雕",
    ),
    (Word::Paint("harbour"), "blue, azure, cobalt, 蓝, 蓝色"),
    (Word::Paint("midnight"), "navy, indigo, dark blue, deep blue, 深蓝, 藏青"),
    (Word::Paint("glacier"), "teal, turquoise, cyan, cool, 青, 青色, 冷色, 湖蓝"),
    (Word::Paint("meadow"), "green, mint, emerald, sage, 绿, 绿色"),
    (Word::Paint("grove"), "dark green, forest green, jade, 墨绿, 深绿"),
    (Word::Paint("poppy"), "red, crimson, scarlet, 红, 红色, 大红"),
    (Word::Paint("rose"), "pink, blush, magenta, 粉, 粉色, 粉红, 粉红色"),
    (Word::Paint("gilt"), "gold, golden, gilded, 金, 金色"),
    (
        Word::Paint("terracotta"),
        "orange, ginger, terracotta, coral, warm, cosy, cozy, 橘, 橙, 橙色, 橘色, 暖色, 暖, 温暖, 暖色调",
    ),
    (Word::Paint("lemon"), "yellow, sunny, 黄, 黄色, 明黄"),
    (Word::Paint("plum"), "purple, violet, lilac, lavender, 紫, 紫色"),
    (
        Word::Paint("sumi"),
        "black and white, monochrome, greyscale, grayscale, grey, gray, 黑白, 灰色, 灰, 单色",
    ),
    (
        Word::Paint("sherbet"),
        "pastel, soft colours, soft colors, kawaii, cute, dreamy, 马卡龙, 粉彩, 柔和, 可爱, 梦幻",
    ),
    (Word::Paint("neon"), "neon, cyberpunk, vaporwave, synthwave, 霓虹, 赛博朋克, 蒸汽波"),
    (Word::Paint("earth"), "brown, earthy, sepia, earth tones, wooden, 棕, 棕色, 褐色, 大地色"),
    (Word::Paint("linen"), "white, beige, cream, neutral, 白, 白色, 米色, 奶油色"),
    (Word::Paint("noir"), "black, noir, dark, luxury, moody, 黑, 黑色, 暗黑, 高级"),
    (Word::InkWash, "ink wash, sumi e, chinese painting, 水墨, 水墨画, 国画"),
    (Word::Minimal, "minimal, minimalist, minimalism, simple, clean, 极简, 简约, 简洁"),
    (Word::Vintage, "vintage, retro, nostalgic, mid century, midcentury, 复古, 怀旧, 老式"),
    (
        Word::Filler,
        "lovely, great, wonderful, gorgeous, adorable, could, can, landscape picture, \
         wide landscape picture, upright picture, house style, format, aspect ratio, a, an, the, \
         and, or, but, of, in, on, at, by, with, for, to, from, under, over, into, same, make, made, \
         it, its, is, be, as, please, change, changed, instead, now, this, that, my, your, our, i, \
         we, you, want, would, like, need, more, less, very, draw, drawing, paint, painting, create, \
         generate, picture, image, illustration, art, artwork, poster, cover, book cover, photo, \
         style, in the style of, colour, color, palette, tone, light, lighting, atmosphere, mood, \
         scene, version, again, bit, little, beautiful, nice, high quality, quality, detailed, 画, \
         画面, 图, 图片, 图像, 插画, 插图, 海报, 封面, 一张, 一幅, 一只, 一个, 一朵, 一杯, 的, 了, 请, 改成, 换成, 变成, 改为, 一样, 相同, 同样, \
         同, 但是, 但, 不过, 和, 与, 在, 是, 我, 要, 想, 风格, 色调, 颜色, 调, 色, 更, 一点, 帮我, 生成, 绘制",
    ),
];
