//! An Indian locale for the `fake` crate: firms, streets and buildings.
//!
//! The crate ships no Indian locale, and its person names and phone numbers would be wrong by state, so
//! people come from the name pools of `source`; the fakers make what is alike all over the country.

use fake::Fake;
use fake::faker::address::raw::StreetName;
use fake::faker::company::raw::CompanyName;
use fake::locales::Data;

use super::chance::Dice;

/// Streets.
#[derive(Clone, Copy)]
struct Streets;

/// Buildings and housing societies: the same fakers over other words.
#[derive(Clone, Copy)]
struct Houses;

const PEOPLE_ON_SIGNS: &[&str] = &[
    "Gandhi",
    "Nehru",
    "Tilak",
    "Subhash",
    "Shastri",
    "Ambedkar",
    "Patel",
    "Tagore",
    "Vivekananda",
    "Azad",
    "Bhagat Singh",
    "Rajaji",
    "Kamaraj",
    "Savarkar",
    "Phule",
    "Lajpat Rai",
    "Indira",
    "Jawahar",
    "Kasturba",
    "Sarojini",
];

impl Data for Streets {
    const NAME_FIRST_NAME: &'static [&'static str] = PEOPLE_ON_SIGNS;
    const NAME_LAST_NAME: &'static [&'static str] = &[
        "Station",
        "Temple",
        "Market",
        "Lake View",
        "Church",
        "College",
        "Hospital",
        "Old Bus Stand",
        "Mill",
        "Fort",
        "Park",
        "Ring",
        "Canal",
        "Club",
        "Palace",
        "Airport",
        "Shivaji",
        "Laxmi",
        "Ganesh",
        "Krishna",
    ];
    const ADDRESS_STREET_SUFFIX: &'static [&'static str] =
        &["Road", "Road", "Road", "Marg", "Street", "Nagar", "Main Road", "Cross Road", "Lane", "Colony"];
    const ADDRESS_STREET_TPL: &'static str = "{StreetName} {StreetSuffix}";
}

/// `CompanyName` takes its words from the surnames of a locale, which for streets are places: firms
/// have surnames of their own.
#[derive(Clone, Copy)]
struct Firms;

impl Data for Firms {
    const NAME_LAST_NAME: &'static [&'static str] = &[
        "Agarwal",
        "Bansal",
        "Mehta",
        "Shah",
        "Patel",
        "Reddy",
        "Rao",
        "Iyer",
        "Menon",
        "Nair",
        "Banerjee",
        "Ghosh",
        "Kapoor",
        "Malhotra",
        "Chawla",
        "Gill",
        "Joshi",
        "Kulkarni",
        "Deshmukh",
        "Naidu",
        "Pillai",
        "Shetty",
        "Hegde",
        "Jain",
        "Goyal",
        "Mittal",
        "Khanna",
        "Sethi",
        "Bhatia",
        "Thakur",
        "Deccan",
        "Sahyadri",
        "Himalaya",
        "Narmada",
        "Kaveri",
        "Godavari",
        "Ganga",
        "Vindhya",
        "Malabar",
        "Konkan",
        "Coromandel",
        "Charminar",
        "Ashoka",
        "Surya",
        "Chandra",
        "Indus",
        "Bharat",
        "Swastik",
        "Shree Balaji",
        "Sri Venkateswara",
        "Lakshmi",
        "Om Sai",
        "Ganesh",
        "Annapurna",
        "Saraswati",
        "Durga",
        "New Era",
        "Metro",
        "Royal",
        "National",
        "Eastern",
        "Southern",
        "Orchid",
        "Lotus",
        "Peacock",
        "Banyan",
        "Neem",
        "Saffron",
        "Jasmine",
        "Monsoon",
    ];
    const COMPANY_NAME_TPLS: &'static [&'static str] =
        &["{Name_1} {Suffix}", "{Name_1} {Suffix}", "{Name_1} {Suffix}", "{Name_1} & {Name_2} {Suffix}"];
    const COMPANY_SUFFIX: &'static [&'static str] = FIRM_SUFFIXES;
}

const FIRM_SUFFIXES: &[&str] = &[
    "Textiles Pvt Ltd",
    "Infotech Pvt Ltd",
    "Software Pvt Ltd",
    "Technologies LLP",
    "Logistics Pvt Ltd",
    "Engineering Works",
    "Traders",
    "Enterprises",
    "Agencies",
    "Exports Pvt Ltd",
    "Pharma Pvt Ltd",
    "Diagnostics",
    "Hospital",
    "Nursing Home",
    "Dental Clinic",
    "Public School",
    "Coaching Classes",
    "Hotels Pvt Ltd",
    "Residency Hotel",
    "Restaurant",
    "Sweets",
    "Foods Pvt Ltd",
    "Jewellers",
    "Motors Pvt Ltd",
    "Auto Parts",
    "Electricals",
    "Steel Pvt Ltd",
    "Packaging LLP",
    "Printers",
    "Constructions",
    "Builders & Developers",
    "Architects",
    "Associates LLP",
    "Consultants LLP",
    "Financial Services",
    "Insurance Brokers",
    "Travels",
    "Supermarket",
    "Studios",
    "Media Pvt Ltd",
    "BPO Services Pvt Ltd",
    "Chemicals Pvt Ltd",
    "Plastics",
    "Cold Storage",
    "Seeds Pvt Ltd",
    "Handlooms",
    "Furniture",
    "Co-op Bank",
];

impl Data for Houses {
    const NAME_FIRST_NAME: &'static [&'static str] = &[
        "Green Valley",
        "Shanti",
        "Sai",
        "Krishna",
        "Lotus",
        "Silver",
        "Golden",
        "Palm",
        "Lake View",
        "Hill View",
        "Sunrise",
        "Ganga",
        "Yamuna",
        "Kaveri",
        "Godavari",
        "Narmada",
        "Ashoka",
        "Vasant",
        "Anand",
        "Prestige",
        "Royal",
        "Orchid",
        "Jasmine",
        "Tulip",
        "Maple",
    ];
    const NAME_LAST_NAME: &'static [&'static str] = &[
        "Shree Ram",
        "Om",
        "Sri Lakshmi",
        "Balaji",
        "Siddhi",
        "Vinayak",
        "Ganesh",
        "Shivam",
        "Durga",
        "Gokul",
        "Vrindavan",
        "Madhuban",
        "Nandan",
        "Neelkanth",
        "Akshaya",
        "Surya",
        "Chandra",
        "Rainbow",
        "Galaxy",
        "Metro",
        "Garden",
        "Neem",
        "Banyan",
        "Pearl",
        "Sapphire",
    ];
    const ADDRESS_STREET_SUFFIX: &'static [&'static str] = &[
        "Residency",
        "Apartments",
        "Heights",
        "Towers",
        "Enclave",
        "Niwas",
        "Bhavan",
        "Complex",
        "Park",
        "Villa",
        "Homes",
        "Gardens",
        "Arcade",
        "Plaza",
        "Palace",
    ];
    const ADDRESS_STREET_TPL: &'static str = "{StreetName} {StreetSuffix}";
}

pub fn firm(dice: &mut Dice) -> String {
    CompanyName(Firms).fake_with_rng(dice.rng())
}

pub fn street(dice: &mut Dice) -> String {
    StreetName(Streets).fake_with_rng(dice.rng())
}

pub fn building(dice: &mut Dice) -> String {
    StreetName(Houses).fake_with_rng(dice.rng())
}
