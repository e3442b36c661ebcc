"""What the demo bank's customers are called and what they drive: invented, and common enough to be anybody's."""

CHINESE_SURNAMES = (
    ("Wang", "王"), ("Li", "李"), ("Zhang", "张"), ("Liu", "刘"), ("Chen", "陈"), ("Yang", "杨"), ("Huang", "黄"),
    ("Zhao", "赵"), ("Wu", "吴"), ("Zhou", "周"), ("Xu", "徐"), ("Sun", "孙"), ("Ma", "马"), ("Zhu", "朱"),
    ("Hu", "胡"), ("Guo", "郭"), ("He", "何"), ("Lin", "林"), ("Gao", "高"), ("Luo", "罗"), ("Zheng", "郑"),
    ("Liang", "梁"), ("Xie", "谢"), ("Tang", "唐"), ("Feng", "冯"), ("Deng", "邓"),
)  # fmt: skip
CHINESE_GIVEN = (
    ("Wei", "伟"), ("Fang", "芳"), ("Na", "娜"), ("Min", "敏"), ("Jing", "静"), ("Li", "丽"), ("Qiang", "强"),
    ("Lei", "磊"), ("Jun", "军"), ("Yang", "洋"), ("Yong", "勇"), ("Yan", "艳"), ("Jie", "杰"), ("Juan", "娟"),
    ("Tao", "涛"), ("Ming", "明"), ("Chao", "超"), ("Xiuying", "秀英"), ("Xia", "霞"), ("Ping", "平"),
    ("Gang", "刚"), ("Guiying", "桂英"), ("Jianguo", "建国"), ("Haiyan", "海燕"), ("Xiaoming", "小明"),
    ("Yuxuan", "宇轩"), ("Zihan", "子涵"), ("Xinyi", "欣怡"), ("Meiling", "美玲"), ("Zhiqiang", "志强"),
)  # fmt: skip

FAMILIES: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (
        ("Miller", "Johnson", "Clark", "Hughes", "Bennett", "Foster", "Walsh", "Sullivan", "Harper", "Doyle"),
        (
            "Emily",
            "Jack",
            "Olivia",
            "Ethan",
            "Laura",
            "Andrew",
            "Megan",
            "Ryan",
            "Susan",
            "Paul",
            "Kate",
            "Brian",
        ),
    ),
    (
        ("Garcia", "Hernandez", "Lopez", "Ramirez", "Flores", "Morales", "Castillo", "Vargas", "Mendoza"),
        (
            "Sofia",
            "Diego",
            "Camila",
            "Mateo",
            "Lucia",
            "Javier",
            "Elena",
            "Carlos",
            "Rosa",
            "Miguel",
            "Ana",
            "Jose",
        ),
    ),
    (
        ("Patel", "Sharma", "Iyer", "Reddy", "Mehta", "Kapoor", "Nair", "Desai"),
        ("Aarav", "Priya", "Rohan", "Ananya", "Vikram", "Kavya", "Arjun", "Meera", "Sanjay", "Neha"),
    ),
    (
        ("Nguyen", "Tran", "Pham", "Le", "Santos", "Reyes", "Cruz", "Bautista"),
        ("Linh", "Minh", "Mai", "Tuan", "Joy", "Mark", "Grace", "Angelo", "Hoa", "Carmela"),
    ),
    (
        ("Washington", "Coleman", "Brooks", "Okoye", "Mensah", "Diallo", "Tesfaye", "Haddad", "Farah"),
        ("Jasmine", "Marcus", "Aaliyah", "Isaiah", "Amina", "Kwame", "Layla", "Omar", "Denise", "Samuel"),
    ),
    (
        ("Ivanov", "Novak", "Rossi", "Schmidt", "Larsen", "Kowalski", "Papadakis"),
        ("Anna", "Viktor", "Giulia", "Lukas", "Ingrid", "Marek", "Eleni", "Nina", "Emil", "Petra"),
    ),
    (
        ("Tanaka", "Sato", "Ito", "Park", "Choi", "Yoon"),
        ("Kenji", "Hana", "Yuki", "Daniel", "Mina", "Ken", "Emi", "Jin", "Naomi", "Leo"),
    ),
)
"""(surnames, given names) that go together"""

CARS = (
    "Toyota RAV4", "Honda Civic", "Tesla Model 3", "Subaru Outback", "Ford F-150", "Honda CR-V", "Toyota Prius",
    "Chevrolet Bolt", "Mazda CX-5", "Hyundai Tucson", "Kia Niro", "Volkswagen ID.4", "Nissan Leaf", "Lexus NX",
)  # fmt: skip

# What the bank sells, in English and in Chinese.

ACCOUNTS = {
    "A": ("Premier current account", "尊享往来账户"),
    "B": ("Current account", "往来账户"),
    "C": ("Basic account", "基本账户"),
}
"""by grade"""

CARDS = (
    ("Visa debit card", "Visa 借记卡"),
    ("Gold credit card", "金卡信用卡"),
    ("Platinum credit card", "白金信用卡"),
    ("Student card", "学生卡"),
)

RATES = (("50 USD a month", "每月 50 美元"), ("200 USD a month", "每月 200 美元"), ("", ""))

COVERS = (
    ("roadside plan", "道路救援"),
    ("roadside plan, all of the USA", "全美道路救援"),
    ("no roadside plan", "无道路救援"),
)

PROMISES = (
    ("A new PIN will be sent by post", "新密码将邮寄给客户"),
    ("The returned transfer of 240.00 USD will be traced", "将追查被退回的 240.00 美元转账"),
    ("A replacement card will come within five working days", "补发的卡片将在五个工作日内寄到"),
    ("The late fee of 35.00 USD will be refunded", "将退还 35.00 美元的滞纳金"),
    ("The workshop will call about the spare part", "维修厂将就配件来电"),
    ("A loan adviser will call back in the afternoon", "贷款顾问将在下午回电"),
    ("The statement of last year will be sent by e-mail", "去年的账单将以电子邮件发送"),
)
"""in English and in Chinese"""
